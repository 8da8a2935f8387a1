"""A photo library as an operator might install one, made without a compiler.

It is the smallest shared object that the loader takes: one segment with the
code of ``unpack``, and the dynamic section that names it (System V ABI, ELF-64,
x86-64, as is every machine that the face engine runs on).
"""

from __future__ import annotations

import struct
from pathlib import Path

# int unpack(char *source, char *picture, int vendor)
COPY_THE_BLOCK = bytes.fromhex("4887F7 B900040000 F3A4 B801000000 C3")  # xchg rdi, rsi; copy 1024 bytes; return 1
FAIL = bytes.fromhex("B8FFFFFFFF C3")  # return -1
CRASH = bytes.fromhex("0F0B")  # ud2
HANG = bytes.fromhex("EBFE")  # jump to itself

_HEADER, _SEGMENT, _SYMBOL, _TAG = 64, 56, 24, 16


def shared_library(folder: Path, code: bytes) -> Path:
    """Write ``libwlt.so`` whose ``unpack`` is ``code``; returns its path."""
    names = b"\0unpack\0"
    hashes = struct.pack("<5I", 1, 2, 1, 0, 0)  # one bucket, two symbols; the bucket begins with symbol 1
    hash_at = _HEADER + 2 * _SEGMENT
    symbols_at = hash_at + 24
    names_at = symbols_at + 2 * _SYMBOL
    tags_at = names_at + 8
    tags = ((4, hash_at), (5, names_at), (6, symbols_at), (10, len(names)), (11, _SYMBOL), (0, 0))
    code_at = tags_at + _TAG * len(tags)
    size = code_at + len(code)
    symbol = struct.pack("<IBBHQQ", 1, 0x12, 0, 1, code_at, len(code))  # global function, in some section
    everything = (
        struct.pack(
            "<16sHHIQQQIHHHHHH",
            b"\x7fELF\2\1\1",
            3,  # shared object
            62,  # x86-64
            1,
            0,
            _HEADER,
            0,
            0,
            _HEADER,
            _SEGMENT,
            2,
            0,
            0,
            0,
        )
        + struct.pack("<IIQQQQQQ", 1, 7, 0, 0, 0, size, size, 0x1000)  # load all of it; the loader writes into it
        + struct.pack("<IIQQQQQQ", 2, 6, tags_at, tags_at, tags_at, _TAG * len(tags), _TAG * len(tags), 8)
        + hashes.ljust(24, b"\0")
        + bytes(_SYMBOL)
        + symbol
        + names
        + b"".join(struct.pack("<QQ", *tag) for tag in tags)
        + code
    )
    path = folder / "libwlt.so"
    path.write_bytes(everything)
    return path
