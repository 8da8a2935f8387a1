"""What ippeveprinter starts for every document: hands it to the simulator, and repeats what the simulator says.

A program of its own that imports nothing of the house: ``engine.py SOCKET DOCUMENT``, with the job's attributes in the
environment. Lines such as ``ATTR: job-impressions-completed=1`` are ippeveprinter's to understand; ``EXIT 0`` ends it.
"""

import json
import os
import socket
import sys


def main(address: str, document: str) -> int:
    """Exit status 0 is a document that was printed, or was given up because its job was cancelled."""
    line = socket.socket(socket.AF_UNIX)
    line.connect(address)
    asked = {name: value for name, value in os.environ.items() if name.startswith("IPP_")}
    line.sendall(json.dumps({"document": document, **asked}).encode() + b"\n")
    for said in line.makefile("rb"):
        if said.startswith(b"EXIT "):
            return int(said.split()[1])
        sys.stderr.buffer.write(said)
        sys.stderr.flush()
    return 1  # the simulator is gone


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
