"""The photo block: the simulator's own format, and an operator's library that may do anything."""

from __future__ import annotations

import io
import multiprocessing
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.id_reader.people import Photograph, photograph_path, portrait
from drivers.id_reader.photo import (
    HEIGHT,
    PHOTO_BYTES,
    WIDTH,
    KimgDecoder,
    LibraryDecoder,
    NoDecoder,
    Picture,
    decode_kimg,
    decoder_for,
    encode_kimg,
)
from tests.drivers.id_reader.library import COPY_THE_BLOCK, CRASH, FAIL, HANG, shared_library

PHOTOGRAPHS: tuple[Photograph, ...] = ("astronaut", "grace_hopper")
GREY = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)


def block(packed: bytes, *, length: int | None = None) -> bytes:
    head = b"KIMG" + struct.pack("<H", len(packed) if length is None else length)
    return (head + packed).ljust(PHOTO_BYTES, b"\0")[:PHOTO_BYTES]


def packed(form: str, size: tuple[int, int] = (WIDTH, HEIGHT), **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (90, 120, 150)).save(file, form, **options)
    return file.getvalue()


def announcing(width: int, height: int) -> bytes:
    """A WebP picture whose head claims this size."""
    file = bytearray(packed("WEBP", lossless=True))
    at = file.index(b"VP8L") + 9
    bits = int.from_bytes(file[at : at + 4], "little") & ~((1 << 28) - 1)
    file[at : at + 4] = (bits | (width - 1) | (height - 1) << 14).to_bytes(4, "little")
    return bytes(file)


@pytest.mark.parametrize("photograph", PHOTOGRAPHS)
def test_a_portrait_of_the_tray_fits_into_1024_bytes_and_comes_back(photograph: Photograph) -> None:
    assert photograph_path(photograph) is not None
    coded = portrait(photograph)
    assert len(coded) == PHOTO_BYTES
    picture = KimgDecoder().decode(coded)
    assert picture is not None
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 20  # somebody is on it


def test_a_picture_comes_back_much_as_it_was() -> None:
    ramp = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    ramp[:, :, 0] = np.linspace(0, 250, WIDTH, dtype=np.uint8)
    ramp[:, :, 2] = np.linspace(0, 250, HEIGHT, dtype=np.uint8)[:, None]
    back = decode_kimg(encode_kimg(ramp))
    assert np.abs(back.astype(int) - ramp).mean() < 8


def test_even_noise_is_packed_within_its_room() -> None:
    noise = np.random.default_rng(5).integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    assert decode_kimg(encode_kimg(noise)).shape == noise.shape


def test_a_picture_of_another_shape_is_not_packed() -> None:
    with pytest.raises(ValueError, match="shape"):
        encode_kimg(GREY[:-1])


@pytest.mark.parametrize("form", ["WEBP", "AVIF"])
def test_webp_and_avif_are_read(form: str) -> None:
    picture = KimgDecoder().decode(block(packed(form)))
    assert picture is not None
    assert picture.shape == (HEIGHT, WIDTH, 3)


@pytest.mark.parametrize(
    "photo",
    [
        pytest.param(b"", id="none at all"),
        pytest.param(bytes(PHOTO_BYTES), id="zeros"),
        pytest.param(bytes.fromhex("574C66007E00320000FF8500").ljust(PHOTO_BYTES, b"\x51"), id="the ministry's format"),
        pytest.param(block(packed("WEBP"))[:-1], id="a byte short"),
        pytest.param(block(b""), id="no picture"),
        pytest.param(block(packed("WEBP"), length=1019), id="longer than its room"),
        pytest.param(block(packed("WEBP")[:40]), id="broken off"),
        pytest.param(block(packed("AVIF")[:-30]), id="AVIF broken off"),
        pytest.param(block(packed("PNG")), id="another format"),
        pytest.param(block(packed("WEBP", (64, 64))), id="another size"),
        pytest.param(block(announcing(10_000, 10_000)), id="a size that is a warning"),
        pytest.param(block(announcing(16_384, 16_384)), id="a size that is a bomb"),
    ],
)
def test_a_photo_that_cannot_be_read_is_no_picture_and_no_error(photo: bytes) -> None:
    assert KimgDecoder().decode(photo) is None


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["WEBP", "AVIF"]), st.lists(st.tuples(st.integers(0, 1017), st.integers(0, 255)), max_size=12))
def test_no_damage_to_a_photo_is_an_error(form: str, damages: list[tuple[int, int]]) -> None:
    photo = bytearray(block(packed(form)))
    for at, value in damages:
        photo[6 + at] = value
    picture = KimgDecoder().decode(bytes(photo))
    assert picture is None or picture.shape == (HEIGHT, WIDTH, 3)


@given(st.binary(max_size=1100))
def test_any_bytes_for_a_photo_are_no_error(photo: bytes) -> None:
    assert KimgDecoder().decode(photo) is None
    assert KimgDecoder().decode(block(photo[:1018])) is None


def test_without_a_decoder_there_is_no_picture() -> None:
    assert NoDecoder().decode(portrait("astronaut")) is None


def decoded_by(library: Path, photo: bytes, **options: object) -> Picture | None:
    return LibraryDecoder(library, **options).decode(photo)  # type: ignore[arg-type]


@pytest.mark.parametrize(("order", "turned"), [("RGB", False), ("BGR", True)])
def test_a_library_gives_rows_from_the_bottom_in_its_order_of_colours(tmp_path: Path, order: str, turned: bool) -> None:
    photo = bytes(range(256)) * 4
    picture = decoded_by(shared_library(tmp_path, COPY_THE_BLOCK), photo, order=order, seconds=60.0)
    assert picture is not None
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert picture[HEIGHT - 1, 0].tolist() == ([2, 1, 0] if turned else [0, 1, 2])
    assert picture[HEIGHT - 1, WIDTH - 1].tolist() == ([49, 48, 47][:: 1 if turned else -1])
    assert not picture[: HEIGHT - 4].any()


@pytest.mark.parametrize("code", [FAIL, CRASH], ids=["fails", "crashes"])
@pytest.mark.warns("gave no picture")
def test_a_library_that_fails_or_crashes_gives_no_picture(tmp_path: Path, code: bytes) -> None:
    assert decoded_by(shared_library(tmp_path, code), bytes(PHOTO_BYTES), seconds=60.0) is None


@pytest.mark.warns("gave no picture")
def test_a_library_that_hangs_is_ended_at_its_time_limit(tmp_path: Path) -> None:
    assert decoded_by(shared_library(tmp_path, HANG), bytes(PHOTO_BYTES), seconds=0.5) is None
    assert multiprocessing.active_children() == []


@pytest.mark.warns("gave no picture")
def test_a_library_that_is_not_there_gives_no_picture(tmp_path: Path) -> None:
    assert decoded_by(tmp_path / "nothing.so", bytes(PHOTO_BYTES), seconds=60.0) is None


def test_the_settings_name_the_decoder(tmp_path: Path) -> None:
    assert isinstance(decoder_for("none"), NoDecoder)
    assert isinstance(decoder_for("kimg"), KimgDecoder)
    assert isinstance(decoder_for("library", str(tmp_path / "libwlt.so")), LibraryDecoder)
    with pytest.raises(ValueError, match=r"devices\.id_reader\.library names none"):
        decoder_for("library")
