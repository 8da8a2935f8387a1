"""What is seen under the camera, held against desks of which every corner is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from drivers.document_camera.page import (
    ACTS_NEXT,
    BLUR_PIXELS,
    DARK_LEVEL,
    GLARE_SHARE,
    TILTED,
    Page,
    PageFault,
    examine,
    flatten,
)
from drivers.document_camera.scene import DESKS, HEIGHT, WIDTH, Image, Look, Points, Scene, _paper

RATIO = {"licence": 956 / 376, "sheet": 891 / 630}


def seen(look: Look) -> tuple[Page, Image, Points]:
    scene = Scene(look)
    assert scene.corners is not None
    picture = scene.taken()
    return examine(picture), picture, scene.corners


def faults(look: Look) -> tuple[PageFault, ...]:
    return examine(Scene(look).taken()).faults


def furthest(found: Points | None, true: Points) -> float:
    """How far the corners are from where they are, in pixels."""
    assert found is not None
    return float(np.linalg.norm(found - true, axis=1).max())


# -- where the page is -------------------------------------------------------------------


@pytest.mark.parametrize("desk", DESKS)
@pytest.mark.parametrize("paper", RATIO)
@pytest.mark.parametrize(("turn", "skew"), [(0.0, 0.0), (-5.0, 10.0)])
def test_a_good_page_is_found_exactly_on_any_desk_and_has_its_shape(
    desk: str, paper: str, turn: float, skew: float
) -> None:
    page, picture, true = seen(Look(paper=paper, desk=desk, turn=turn, skew=skew, size=0.95))
    assert page.faults == ()
    assert furthest(page.corners, true) < 4
    assert page.turn == pytest.approx(turn, abs=2.5)
    assert page.tilt == pytest.approx(abs(skew), abs=1.5)
    assert page.corners is not None
    height, width = flatten(picture, page.corners).shape[:2]
    assert width / height == pytest.approx(RATIO[paper], rel=0.01)


@settings(max_examples=20, deadline=None)
@given(
    look=st.builds(
        Look,
        paper=st.sampled_from(sorted(RATIO)),
        desk=st.sampled_from(sorted(DESKS)),
        turn=st.floats(-40, 40),
        skew=st.floats(-20, 20),
        x=st.floats(-0.2, 0.2),
        y=st.floats(-0.15, 0.15),
        size=st.floats(0.5, 0.8),
        light=st.floats(0.6, 1.0),
    )
)
def test_wherever_a_page_lies_it_is_found_or_told_to_be_cut_off(look: Look) -> None:
    page, _, true = seen(look)
    room = min(true.min(), WIDTH - true[:, 0].max(), HEIGHT - true[:, 1].max())
    if room < -6:
        assert page.faults == (PageFault.CUT_OFF,)
    elif room > 40:  # its sleeve and its shadow are in the picture, too
        assert furthest(page.corners, true) < 5
        assert page.tilt == pytest.approx(abs(look.skew), abs=4)


@pytest.mark.parametrize("turn", [-40.0, 40.0, 130.0, 180.0])
def test_a_turned_page_is_made_flat_by_the_smallest_turn(turn: float) -> None:
    page, _, _ = seen(Look(turn=turn, size=0.6))
    assert page.faults == ()
    assert page.turn == pytest.approx((turn + 45) % 90 - 45, abs=1.5)


@pytest.mark.parametrize("paper", RATIO)
def test_what_is_made_flat_is_the_paper_as_it_was_drawn(paper: str) -> None:
    page, picture, _ = seen(Look(paper=paper, turn=4, skew=12, size=0.9))
    assert page.corners is not None
    margin = 24 if paper == "licence" else 0
    drawn = _paper(paper)[margin : -margin or None, margin : -margin or None, :3]
    flat = cv2.resize(flatten(picture, page.corners), (600, 300), interpolation=cv2.INTER_AREA)
    wanted = cv2.resize(drawn, (600, 300), interpolation=cv2.INTER_AREA)
    inner = (slice(12, -12), slice(12, -12))  # round corners are another matter
    likeness = np.corrcoef(flat[inner].ravel().astype(float), wanted[inner].ravel().astype(float))[0, 1]
    assert likeness > 0.9
    upside_down = np.corrcoef(flat[inner][::-1, ::-1].ravel().astype(float), wanted[inner].ravel().astype(float))[0, 1]
    assert upside_down < 0.5


def test_a_page_has_its_shape_to_whichever_side_it_leans() -> None:
    page, picture, _ = seen(Look(paper="sheet", skew=20, size=0.9))
    lying = np.ascontiguousarray(np.rot90(picture))
    other = examine(lying)
    assert page.corners is not None
    assert other.corners is not None
    height, width = flatten(picture, page.corners).shape[:2]
    assert flatten(lying, other.corners).shape[:2] == pytest.approx((width, height), abs=3)
    sides = np.linalg.norm(np.roll(page.corners, -1, axis=0) - page.corners, axis=1)
    assert width >= round(float(sides[[0, 2]].max())) - 1
    assert height >= round(float(sides[[1, 3]].max())) - 1


@pytest.mark.parametrize("desk", DESKS)
def test_a_desk_that_is_lighter_to_one_side_is_still_a_desk(desk: str) -> None:
    scene = Scene(Look(paper="sheet", desk=desk))
    assert scene.corners is not None
    ramp = np.linspace(0.55, 1.0, WIDTH)[None, :, None] * np.linspace(1.0, 0.8, HEIGHT)[:, None, None]
    page = examine(np.asarray(scene.taken() * ramp, np.uint8))
    assert furthest(page.corners, scene.corners) < 4


def test_two_pages_of_a_booklet_are_one() -> None:
    page, _, true = seen(Look(desk="dark"))  # the sleeve cannot be told from the desk
    assert furthest(page.corners, true) < 4


@pytest.mark.parametrize("desk", DESKS)
@pytest.mark.parametrize("look", [Look(), Look(light=0.5), Look(glare=1.0), Look(blur=2.0)])
def test_an_empty_desk_shows_no_page(desk: str, look: Look) -> None:
    assert faults(replace(look, paper="nothing", desk=desk)) == (PageFault.NO_PAGE,)


@pytest.mark.parametrize("desk", ["light", "wood"])
@pytest.mark.parametrize(
    "look",
    [
        pytest.param(Look(paper="sheet", x=0.25), id="to the right"),
        pytest.param(Look(paper="sheet", x=-0.3, y=0.2), id="a corner of it"),
        pytest.param(Look(paper="licence", y=-0.3), id="above"),
        pytest.param(Look(paper="licence", size=1.5), id="to both sides"),
        pytest.param(Look(paper="sheet", turn=12), id="two corners of it"),
    ],
)
def test_a_page_that_reaches_beyond_the_picture_is_told_to(desk: str, look: Look) -> None:
    assert faults(replace(look, desk=desk)) == (PageFault.CUT_OFF,)


# -- whether it can be read ---------------------------------------------------------------


@pytest.mark.parametrize(("paper", "light"), [("licence", 1.0), ("sheet", 0.5)])
@pytest.mark.parametrize("sigma", [1.2, 2.0, 2.5])
def test_blur_is_measured_in_pixels_whatever_the_paper_and_the_light(paper: str, light: float, sigma: float) -> None:
    page, _, _ = seen(Look(paper=paper, light=light, blur=sigma))
    assert page.blur == pytest.approx(sigma, abs=0.25)
    assert (PageFault.BLURRED in page.faults) == (sigma > BLUR_PIXELS)


def test_a_page_in_focus_is_sharp_and_one_far_out_of_focus_is_not() -> None:
    sharp, _, _ = seen(Look())
    assert sharp.blur < 1.0
    assert faults(Look(blur=6.0)) == (PageFault.BLURRED,)


@pytest.mark.parametrize("sideways", [True, False])
def test_a_page_that_was_moved_is_blurred_in_one_direction(sideways: bool) -> None:
    picture = Scene(Look()).taken()
    moved = np.asarray(cv2.blur(picture, (9, 1) if sideways else (1, 9)), np.uint8)
    assert examine(moved).faults == (PageFault.BLURRED,)


@pytest.mark.parametrize("paper", RATIO)
def test_a_lamp_in_the_paper_is_glare_as_soon_as_it_hides_a_word(paper: str) -> None:
    shares = [seen(Look(paper=paper, glare=size))[0].glare for size in (0.0, 0.1, 0.3, 1.0)]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[1] < GLARE_SHARE < shares[2]
    assert 0.03 < shares[3] < 0.08


def test_white_specks_that_hide_nothing_are_no_glare() -> None:
    picture = Scene(Look(paper="sheet")).taken()
    picture[120:600:8, 250:1050:8] = 255
    assert examine(picture).glare == 0.0


def test_a_picture_with_too_much_light_is_glare_all_over() -> None:
    page, _, _ = seen(Look(light=1.4))
    assert page.faults == (PageFault.GLARE,)
    assert page.glare > 0.5


def test_a_page_is_too_dark_below_its_level() -> None:
    page, _, _ = seen(Look(light=0.6))
    assert page.light == pytest.approx(0.6 * 0.88 * 247, abs=3)
    assert page.faults == ()
    page, _, _ = seen(Look(light=0.3))
    assert page.light < DARK_LEVEL
    assert page.faults == (PageFault.TOO_DARK,)


def test_a_dark_picture_on_a_page_does_not_make_the_page_dark() -> None:
    picture = Scene(Look(paper="sheet", turn=0.0)).taken()
    picture[100:620, 250:900] //= 8
    page = examine(picture)
    assert page.light > 200
    assert page.faults == ()


@pytest.mark.parametrize("skew", [-40.0, -30.0, 30.0, 40.0])
def test_a_page_held_up_at_a_slant_is_told_to_be_laid_flat(skew: float) -> None:
    page, _, _ = seen(Look(skew=skew, size=0.8))
    assert page.faults == (PageFault.MISLAID,)
    assert page.tilt == pytest.approx(abs(skew), abs=2)
    assert page.tilt > TILTED


def test_a_page_that_is_too_far_away_is_told_to_come_nearer() -> None:
    assert faults(Look(size=0.3)) == (PageFault.MISLAID,)
    assert faults(Look(size=0.5)) == ()


def test_the_worst_is_told_first() -> None:
    told = faults(Look(light=0.3, blur=3.0, glare=0.6, size=0.35))
    assert told == (PageFault.TOO_DARK, PageFault.BLURRED, PageFault.MISLAID)
    assert faults(Look(blur=3.0, glare=0.6)) == (PageFault.GLARE, PageFault.BLURRED)
    order = list(PageFault)
    assert sorted(told, key=order.index) == list(told)
    assert set(ACTS_NEXT) == set(order)


# -- any picture ------------------------------------------------------------------------------


def pictures() -> st.SearchStrategy[Image]:
    """Noise, blocks and gradients of any camera's size."""

    def painted(size: tuple[int, int], seed: int, blocks: int, noise: int) -> Image:
        rng = np.random.default_rng(seed)
        coarse = rng.integers(0, 256, (blocks, blocks, 3)).astype(np.uint8)
        whole: NDArray[Any] = cv2.resize(coarse, size, interpolation=cv2.INTER_NEAREST if seed % 2 else cv2.INTER_CUBIC)
        return np.asarray(np.clip(whole + rng.normal(0, noise, whole.shape), 0, 255), np.uint8)

    sizes = st.tuples(st.integers(160, 900), st.integers(120, 700))
    return st.builds(painted, sizes, st.integers(0, 10_000), st.integers(1, 9), st.integers(0, 60))


@settings(max_examples=60, deadline=None)
@given(pictures())
def test_no_picture_is_an_error(picture: Image) -> None:
    before = picture.copy()
    page = examine(picture)
    assert (page.corners is None) == bool({PageFault.NO_PAGE, PageFault.CUT_OFF} & set(page.faults))
    if page.corners is not None:
        flat = flatten(picture, page.corners)
        assert max(flat.shape) <= 10 * max(picture.shape)
    assert np.array_equal(picture, before)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_even_picture_shows_no_page(level: int) -> None:
    assert examine(np.full((480, 640, 3), level, np.uint8)).faults == (PageFault.NO_PAGE,)


@pytest.mark.parametrize("size", [(2560, 1440), (3840, 2160), (960, 540)])
def test_a_picture_of_another_size_is_judged_alike(size: tuple[int, int]) -> None:
    picture = Scene(Look(turn=3, skew=6, blur=1.0)).taken()
    page = examine(picture)
    other = examine(np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8))
    assert page.corners is not None
    scale = size[0] / WIDTH
    assert furthest(other.corners, page.corners * scale) < 5 * scale
    assert other.faults == ()
    assert other.tilt == pytest.approx(page.tilt, abs=1)
    assert other.blur == pytest.approx(page.blur, abs=0.4)
