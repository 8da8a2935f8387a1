"""Rates and their intervals, thresholds that hold on other people, and a folder through the real engine."""

from __future__ import annotations

import json
import math
import shutil
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.camera.person import Person as Photographed
from drivers.camera.scene import SWAY, Look
from kiosk.identity.comparison import VectorComparison
from kiosk.identity.dlib_engine import DlibEmbedder
from kiosk.identity.engine import Picture
from kiosk.identity.engines import Engines
from kiosk.identity.evaluation.figures import roc, to_json, to_text, to_toml
from kiosk.identity.evaluation.gathering import Gatherer, Note
from kiosk.identity.evaluation.judging import (
    NothingToEvaluate,
    Person,
    Response,
    Source,
    Visit,
    calibrated,
    compared,
    evaluate,
    frames_for,
    halves,
    measured_rates,
    people_for,
    presentations,
    worst,
)
from kiosk.identity.evaluation.measuring import Plan, Report, measure
from kiosk.identity.evaluation.rates import beta_below, counted, percent, rate
from kiosk.identity.matching import DLIB_MEAN_OF_FIVE, Calibration, Vector
from kiosk.identity.mesh import MeshLandmarks
from kiosk.settings import EmbedderNetwork, FalseAccepts
from main import main
from tests.kiosk.identity.conftest import Film

pytestmark = pytest.mark.campaign  # hundreds of films and pictures

RISKS: dict[str, float] = FalseAccepts().model_dump()
ENGINE = Calibration("made-up", 3, ((0.4, 0.001), (0.6, 0.005)), step_up=0.9, same_visit=0.9, data="nobody")

# -- intervals --------------------------------------------------------------------------------


@given(st.integers(1, 400), st.data())
def test_an_exact_interval_ends_where_the_counts_become_unlikely(of: int, data: st.DataObject) -> None:
    """The definition of Clopper and Pearson, by adding up the binomial distribution."""
    seen = data.draw(st.integers(1, of))
    found = counted(seen, of)
    assert found.low < seen / of <= found.high
    outside = 0.025 if seen < of else 0.05
    assert 1 - at_most(seen - 1, of, found.low) == pytest.approx(outside, rel=1e-6)
    if seen < of:
        assert at_most(seen, of, found.high) == pytest.approx(0.025, rel=1e-6)


def at_most(seen: int, of: int, part: float) -> float:
    """How likely so few of ``of`` are."""
    return math.fsum(math.comb(of, k) * part**k * (1 - part) ** (of - k) for k in range(seen + 1))


@given(st.integers(1, 10**6))
def test_where_nothing_was_seen_the_rule_of_three_holds(of: int) -> None:
    found = counted(0, of)
    assert found.told is None
    assert 0 < found.high <= min(3 / of, 1)
    if of >= 30:
        assert found.high == pytest.approx(3 / of, rel=0.06)
    assert str(found).startswith(f"0 of {of}: under ")


@given(st.floats(0, 1), st.booleans())
def test_no_part_is_ever_told_as_nothing(part: float, up: bool) -> None:
    words = percent(part, up=up)
    number = float(words.removeprefix("under ").removesuffix(" %"))
    assert number > 0
    if up:
        assert number >= 100 * part * (1 - 1e-6) - 1e-4


@given(st.floats(0.001, 0.999), st.floats(0.5, 50), st.floats(0.5, 50))
def test_the_beta_function_grows_and_mirrors(x: float, a: float, b: float) -> None:
    assert beta_below(x, a, b) == pytest.approx(1 - beta_below(1 - x, b, a), abs=1e-9)
    assert beta_below(x / 2, a, b) <= beta_below(x, a, b) + 1e-12


def test_independent_tries_are_worth_what_they_are() -> None:
    """Pairs of people none of whom is in two pairs."""
    people = np.arange(2000).reshape(1000, 2)
    hits = np.arange(1000) % 50 == 0
    found, plain = rate(hits, people), counted(20, 1000)
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high), rel=0.01)


def test_one_person_who_is_taken_for_many_widens_the_interval() -> None:
    people = np.column_stack(np.triu_indices(40, 1))
    lookalike = (people == 7).any(axis=1)  # 39 of 780 pairs, all with the same person in them
    scattered = np.zeros(780, np.bool_)
    scattered[::20] = True
    assert lookalike.sum() == scattered.sum()
    assert rate(lookalike, people).high > 1.3 * rate(scattered, people).high


def test_the_same_pictures_again_say_nothing_more() -> None:
    people = np.column_stack(np.triu_indices(30, 1))
    hits = np.arange(len(people)) % 40 == 0
    once, often = rate(hits, people), rate(np.tile(hits, 20), np.tile(people, (20, 1)))
    assert (often.low, often.high) == pytest.approx((once.low, once.high), rel=0.05)
    nothing = np.zeros(len(people), np.bool_)
    assert rate(np.tile(nothing, 20), np.tile(people, (20, 1))).high == rate(nothing, people).high


def test_the_interval_contains_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    people = np.column_stack(np.triu_indices(40, 1))
    truth = float((distances_of(directions(rng, 3000)) < 0.62).mean())
    found = [rate(distances_of(directions(rng, 40)) < 0.62, people) for _ in range(200)]
    assert sum(one.low <= truth <= one.high for one in found) >= 0.93 * len(found)


def directions(rng: np.random.Generator, count: int, size: int = 6) -> list[Vector]:
    vectors = rng.normal(size=(count, size))
    return list(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def distances_of(vectors: Sequence[Vector]) -> Vector:
    """Between every two."""
    stack = np.stack(vectors)
    a, b = np.triu_indices(len(stack), 1)
    return np.sqrt(np.maximum(2 - 2 * (stack @ stack.T)[a, b], 0))


@pytest.mark.parametrize(("seen", "of", "kept"), [(0, 5000, True), (40, 5000, False), (0, 100, None)])
def test_a_stated_rate_is_kept_broken_or_not_known(seen: int, of: int, kept: bool | None) -> None:
    assert counted(seen, of).keeps(0.005) is kept


def test_a_rate_of_nothing_at_all_is_no_rate() -> None:
    with pytest.raises(ValueError, match="tries"):
        counted(0, 0)
    with pytest.raises(ValueError, match="tries"):
        rate(np.zeros(0, np.bool_), np.zeros((0, 2), np.int64))


# -- pairs --------------------------------------------------------------------------------------


def still(number: float) -> Visit:
    return ((np.array([number]),),)


def stills(count: int, at: float) -> Person:
    return Person(tuple(still(at + 0.01 * number) for number in range(count)))


def test_without_portraits_each_picture_is_held_against_the_others_once() -> None:
    found = compared([stills(3, 0), stills(2, 1)], [ENGINE], frames=1)
    assert (found.genuine.sum(), (~found.genuine).sum()) == (3 + 1, 3 * 2)


def test_with_portraits_the_two_sides_are_not_the_same() -> None:
    people = [Person(stills(3, at).visits, (still(at)[0],)) for at in (0, 1)]
    found = compared(people, [ENGINE], frames=1)
    assert (found.genuine.sum(), (~found.genuine).sum()) == (6, 6)
    fused = compared(people, [ENGINE], frames=3)
    assert (fused.genuine.sum(), (~fused.genuine).sum()) == (2, 2)
    assert fused.distances[0][fused.genuine] == pytest.approx(0.01), "the mean of 0, 0.01 and 0.02 against 0"


def test_a_picture_is_never_fused_with_those_it_is_held_against() -> None:
    found = compared([stills(4, 0), stills(4, 1)], [ENGINE], frames=3)
    assert found.genuine.sum() == 4 + 4
    expected = [abs(own - np.mean([one for one in range(4) if one != own])) / 100 for own in range(4)]
    assert sorted(found.distances[0][found.genuine]) == pytest.approx(sorted(expected * 2))


def test_a_clip_is_fused_by_itself() -> None:
    clip = tuple((np.array([float(at)]),) for at in (1, 2, 3, 4))
    person = Person((clip, *stills(3, 0).visits), (still(0)[0],))
    assert [len(sample) for sample in person.samples(3)] == [3, 3]
    assert person.samples(3)[0] == clip[-3:], "the newest frames, as at the gate"
    assert len(person.samples(1)) == 4


def test_means_are_compared_only_where_most_people_have_pictures_enough() -> None:
    full, short = stills(4, 0), stills(2, 1)
    assert frames_for([[full, full, short]], [ENGINE]) == 3
    assert frames_for([[full, short, short]], [ENGINE]) == 1
    assert frames_for([[full, full], [short, short]], [ENGINE]) == 1, "both sets by the same rule"
    assert compared([full, full, short], [ENGINE], 3).short == 1


def test_strangers_are_those_of_the_own_group_where_groups_are_named() -> None:
    people = [Person(stills(1, at).visits, group=group) for at, group in enumerate(("a", "a", "b", "b", ""))]
    found = compared(people, [ENGINE], frames=1)
    assert {tuple(sorted(pair)) for pair in found.people[found.strangers()].tolist()} == {(0, 1), (2, 3)}
    assert found.named == ("a", "b")
    assert found.inside("b").sum() == 1


def test_every_engine_has_to_agree_and_fuses_as_many_as_it_takes() -> None:
    def seen(first: float, second: float) -> tuple[Vector, ...]:
        return np.array([first]), np.array([second])

    single = Calibration("single", 1, ((0.4, 0.005),), step_up=0.9, same_visit=0.9, data="nobody")
    people = [Person(((seen(at, 0.0),), (seen(at, 0.0),), (seen(at, 0.3),)), (seen(at, 0.0),)) for at in (0, 5)]
    found = evaluate(people, [ENGINE, single], RISKS)
    assert found.fused == 3
    apart = compared(people, [ENGINE, single], 3).distances
    assert apart[:, -1].tolist() == pytest.approx([0.0, 0.3]), "three fused by one, the last alone by the other"
    assert found.together is not None
    look = found.together.tables[0].lines[0]
    assert look.distances == (0.6, 0.4)
    assert look.false_accepts is not None
    assert look.false_accepts.seen == 0, "the first engine knows them apart, the second does not"
    assert (of_look := found.engines[1].tables[0].lines[0].false_accepts) is not None
    assert of_look.seen == of_look.of == 2


def test_with_one_person_or_none_nothing_is_compared() -> None:
    for people in ([], [stills(1, 0)]):
        with pytest.raises(NothingToEvaluate):
            compared(people, [ENGINE], 1)
    alone = evaluate([stills(3, 0)], [ENGINE], RISKS).engines[0]
    assert alone.tables[0].lines[0].false_accepts is None
    assert alone.tables[0].lines[0].false_rejects is not None
    assert alone.proposed is None


# -- thresholds ------------------------------------------------------------------------------------


def crowd(rng: np.random.Generator, count: int, noise: float, groups: Sequence[str] = ("",)) -> list[Person]:
    """People whose pictures lie around a direction of their own, with a card each."""
    people = []
    for number, middle in enumerate(directions(rng, count)):

        def picture(around: Vector = middle) -> tuple[Vector, ...]:
            vector = around + rng.normal(size=around.size) * noise
            return (vector / np.linalg.norm(vector),)

        visits = tuple((picture(),) for _ in range(6))
        people.append(Person(visits, (picture(),), groups[number % len(groups)]))
    return people


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.floats(0.02, 0.3), st.sampled_from([0.005, 0.02, 0.05]))
def test_a_threshold_measured_on_one_half_holds_on_the_other(seed: int, noise: float, allowed: float) -> None:
    others, people = halves(crowd(np.random.default_rng(seed), 120, noise), seed)
    found = evaluate(people, [ENGINE], {"risk": allowed}, others, Source.HALF)
    line = found.engines[0].tables[0].lines[0]
    assert line.distances[0] is not None, "sixty people are enough to say so"
    assert line.false_accepts is not None
    assert line.false_accepts.keeps(allowed) is not False, line.false_accepts


def test_as_many_as_are_allowed_are_let_in_over_many_sets() -> None:
    """The truth behind the intervals: the thresholds of many small sets, on very many other people."""
    rng = np.random.default_rng(11)
    strangers = distances_of(directions(rng, 3000))
    people = np.column_stack(np.triu_indices(50, 1))
    broken = 0
    for _ in range(60):
        (measured,) = measured_rates(distances_of(directions(rng, 50)), people, [0.01])
        broken += float((strangers <= measured[0]).mean()) > 0.01
    assert broken <= 3


@given(st.lists(st.floats(0, 2), min_size=45, max_size=45), st.lists(st.floats(0.001, 0.09), min_size=1, max_size=4))
def test_a_calibration_never_lets_in_more_than_it_says(apart: list[float], allowed: list[float]) -> None:
    people = np.column_stack(np.triu_indices(10, 1))
    found = measured_rates(np.array(apart), people, allowed)
    for distance, part in found:
        assert sum(one <= distance for one in apart) / 45 <= part <= max(allowed)
    if found:
        Calibration("made-up", 1, found, step_up=2.0, same_visit=1.0, data="made up")  # which checks its own order


def test_too_few_people_state_nothing_and_the_report_says_how_many_it_takes() -> None:
    few = crowd(np.random.default_rng(1), 10, 0.01)
    found = evaluate(few, [ENGINE], RISKS)
    assert found.engines[0].proposed is None
    pairs = people_for(0.001) * (people_for(0.001) - 1) / 2
    assert counted(0, math.ceil(pairs)).high <= 0.001 < counted(0, math.floor(0.95 * pairs)).high
    assert f"{people_for(0.001)} people" in words_of(found)


def test_what_is_proposed_can_be_put_into_the_settings_as_it_is_printed() -> None:
    people = crowd(np.random.default_rng(2), 100, 0.05)
    comparisons = compared(people, [ENGINE], 3)
    found = calibrated(comparisons, 0, ENGINE, RISKS.values(), people)
    assert found is not None
    section = tomllib.loads(to_toml(found))["face"]["onnx"]
    network = EmbedderNetwork(file=Path("f"), sha256="0" * 64, name="made-up", **section)
    assert tuple((one.distance, one.false_accepts) for one in network.rates) == found.rates
    assert (network.frames, network.step_up, network.same_visit) == (3, found.step_up, found.same_visit)
    assert "100 people" in network.data
    again = evaluate(people, [found], {"look": 0.005}).engines[0].tables[0].lines[0]
    assert again.distances == (found.accept(0.005),)
    assert again.false_accepts is not None
    assert again.false_accepts.keeps(0.005)


def test_how_far_one_visit_lies_apart_is_measured_on_clips() -> None:
    rng = np.random.default_rng(4)
    people = crowd(rng, 60, 0.05)
    assert proposed(people).same_visit == ENGINE.same_visit, "there are no clips"
    clip = ((np.zeros(6),), (np.full(6, 0.1),), (np.zeros(6),))  # 0.245 apart
    filmed = [Person((*person.visits, clip), person.portraits) for person in people]
    assert proposed(filmed).same_visit == 0.245


def proposed(people: list[Person]) -> Calibration:
    found = evaluate(people, [ENGINE], RISKS).engines[0].proposed
    assert found is not None
    return found


def test_halves_are_even_disjoint_and_the_same_every_time() -> None:
    people = crowd(np.random.default_rng(3), 41, 0.1, ("a", "b"))
    one, other = halves(people, seed=5)
    assert {id(person) for person in one} | {id(person) for person in other} == {id(person) for person in people}
    assert len(one) + len(other) == 41
    for group in "ab":
        assert abs(sum(p.group == group for p in one) - sum(p.group == group for p in other)) <= 1
    assert [id(person) for person in halves(people, 5)[0]] == [id(person) for person in one]
    assert [id(person) for person in halves(people, 6)[0]] != [id(person) for person in one]


def test_a_group_that_is_let_in_too_often_is_called_out() -> None:
    rng = np.random.default_rng(8)
    alike = np.array([1.0, 0, 0, 0, 0, 0])
    twins = [
        Person(tuple(((alike + rng.normal(size=6) * 0.05,),) for _ in range(6)), ((alike,),), "twins")
        for _ in range(20)
    ]
    found = evaluate([*crowd(rng, 40, 0.05, ("others",)), *twins], [ENGINE], RISKS)
    by_group = {table.group: table.lines[0].false_accepts for table in found.engines[0].tables}
    assert by_group["twins"] is not None
    assert by_group["twins"].keeps(0.005) is False
    assert (found.engines[0].tables[1].people, found.engines[0].tables[2].people) == (40, 20)
    assert [(table.group, table.curve is not None) for table in found.engines[0].tables] == [
        ("", True),
        ("others", True),
        ("twins", True),
    ]


# -- attacks -----------------------------------------------------------------------------------------


def test_attacks_are_counted_by_species_and_the_worst_is_named() -> None:
    bona_fide = presentations("bona-fide", [(Response.LIVING, "")] * 9 + [(Response.ATTACK, "too_slow")])
    assert bona_fide.wrong == counted(1, 10)
    assert bona_fide.reasons == (("too_slow", 1),)
    still_ = presentations("attack-still", [(Response.ATTACK, "frozen")] * 150)
    mask = presentations("attack-mask", [(Response.ATTACK, "framed")] * 3 + [(Response.NONE, "clip_over")])
    replay = presentations("attack-replay", [(Response.LIVING, "")] * 2 + [(Response.ATTACK, "wrong_action")] * 8)
    assert (mask.wrong, mask.silent) == (counted(0, 3), 1)
    assert worst([bona_fide, still_, mask]) is mask, "of two with nothing seen the one about which less is known"
    assert worst([bona_fide, still_, replay, mask]) is replay
    assert worst([bona_fide]) is None
    assert presentations("attack-x", [(Response.NONE, "clip_over")]).wrong is None


# -- what is shown -------------------------------------------------------------------------------------


def words_of(found: Any) -> str:
    return to_text(Report("mesh", found, "", (), {}, frozenset({"made-up"})))


@pytest.fixture(scope="module")
def report() -> Report:
    rng = np.random.default_rng(6)
    others, people = crowd(rng, 80, 0.2, ("年轻", "elderly")), crowd(rng, 80, 0.2, ("年轻", "elderly"))
    found = evaluate(people, [ENGINE], RISKS, others, Source.OTHERS)
    attack = presentations("attack-still", [(Response.ATTACK, "frozen")] * 20)
    return Report("mesh", found, "", (attack,), {"evaluated": {Note.NO_FACE: 3}}, frozenset({"made-up"}))


def test_nothing_is_ever_called_a_rate_of_0(report: Report) -> None:
    text, found = to_text(report), json.loads(to_json(report))
    for word in (" 0 %", " 0.0 %", "nan", "None"):
        assert word not in text
    rates = [value for value in walked(found) if isinstance(value, dict) and "rate" in value]
    assert rates
    assert all(one["rate"] != 0 and 0 < one["high"] <= 1 and one["low"] <= one["high"] for one in rates)
    assert any(one["rate"] is None for one in rates)
    assert "under 14 %" in text, "20 attacks of which none passed"


def walked(value: Any) -> Iterator[Any]:
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walked(inner)


def test_the_report_tells_every_risk_every_group_and_what_was_left_out(report: Report) -> None:
    text = to_text(report)
    for words in (
        *RISKS,
        "年轻, 40 people",
        "group elderly, 40 people",
        Note.NO_FACE,
        "80 other people",
        "[face.onnx]",
    ):
        assert words in text
    assert json.loads(to_json(report))["notes"] == {"evaluated": {"no_face": 3}}


def test_the_roc_is_a_picture_with_a_curve_in_each_colour(report: Report) -> None:
    assert report.faces is not None
    picture = roc(report.faces)
    assert picture is not None
    assert picture.size == (1200, 900)
    colours = {colour for count, colour in picture.getcolors(10**6) or () if count > 50}
    assert {(0x1F, 0x5F, 0xA8), (0xC2, 0x49, 0x1D), (0x2B, 0x8A, 0x4B)} <= colours
    alone = evaluate([stills(3, 0)], [ENGINE], RISKS)
    assert roc(alone) is None, "there are no strangers"


# -- folders through the real engine -----------------------------------------------------------------------

ACTIONS = "blink-turn_left-open_mouth"


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory,
    people: dict[str, Photographed],
    card: Callable[[str], Picture],
    film: Callable[[Look], Film],
) -> Path:
    """Two people with a card and six pictures each, one living person's clip, three attacks, and much that is wrong."""
    root = tmp_path_factory.mktemp("site")
    for number, name in enumerate(people):
        folder = root / f"person-{number}"
        folder.mkdir()
        write(folder / "card.png", card(name))  # grey
        for at, frame in enumerate(film(Look(person=name))[SWAY[0]][:12:2]):
            write(folder / f"{at}.jpg", frame)
    one = root / "person-0"
    (one / "broken.jpg").write_bytes(b"not a picture")
    (one / "empty.png").write_bytes(b"")
    (one / "broken.mp4").write_bytes(b"not a film")
    (one / "notes.txt").write_text("x", encoding="utf-8")
    write(one / "wall.jpg", np.full((480, 640, 3), 128, np.uint8))
    (root / "nobody").mkdir()
    (root / "readme.txt").write_text("x", encoding="utf-8")
    alive = film(Look())
    parts = (SWAY[0], "blink", SWAY[0], "turn_left", SWAY[0], "open_mouth", SWAY[0])
    filmed(root / "bona-fide" / f"01-{ACTIONS}-15fps", taken([frame for part in parts for frame in alive[part][::2]]))
    filmed(root / "bona-fide" / "02-wall-15fps", [np.full((480, 640, 3), 128, np.uint8)] * 5)
    for attack in ("still", "sideways"):
        filmed(root / f"attack-{attack}" / f"01-{ACTIONS}-10fps", taken(film(Look(attack=attack))[SWAY[0]][::3]))
    video(root / "attack-replay" / f"01-{ACTIONS}.mp4", taken(film(Look(attack="replay"))[SWAY[0]][::3]), rate=10)
    return root


def taken(frames: Sequence[Picture]) -> list[Picture]:
    """The frames as a camera takes them: never twice with the same noise."""
    rng = np.random.default_rng(7)
    grain = rng.integers(0, 5, (len(frames), 90, 120, 3), np.uint8)
    return [
        np.asarray(cv2.add(frame, cv2.resize(noise, frame.shape[1::-1], interpolation=cv2.INTER_NEAREST)), np.uint8)
        for frame, noise in zip(frames, grain, strict=True)
    ]


def write(path: Path, bgr: Picture) -> None:
    assert cv2.imwrite(str(path), bgr, [cv2.IMWRITE_JPEG_QUALITY, 95])


def filmed(folder: Path, frames: Sequence[Picture]) -> None:
    folder.mkdir(parents=True)
    for number, frame in enumerate(frames):
        write(folder / f"{number:04}.jpg", frame)


def video(path: Path, frames: Sequence[Picture], rate: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows, columns = frames[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), rate, (columns, rows))
    assert writer.isOpened()
    for frame in frames:
        writer.write(frame)
    writer.release()


@pytest.fixture
def gatherer(mesh: MeshLandmarks, embedder: DlibEmbedder) -> Gatherer:
    return Gatherer(Engines(mesh, (VectorComparison(embedder),)))


def test_the_command_measures_a_site_and_leaves_counts_only(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["evaluate-faces", str(site), "--out", str(out)]) == 0
    shown = capsys.readouterr()
    found = json.loads((out / "result.json").read_text(encoding="utf-8"))

    faces = found["faces"]
    assert (faces["people"], faces["with_portraits"]) == (2, 2)
    assert (faces["fused"], faces["fused_at_the_gate"], faces["source"]) == (5, 5, "settings")
    look = faces["engines"][0]["tables"][0]["lines"][0]
    assert (look["risk"], look["distances"], look["kept"]) == ("look", [0.4], None)
    assert (look["false_accepts"]["seen"], look["false_accepts"]["of"]) == (0, 2)
    assert (look["false_rejects"]["seen"], look["false_rejects"]["of"]) == (0, 2)
    assert faces["engines"][0]["proposed"] is None, "two people are too few"

    clips = {one["name"]: (one["wrong"]["seen"], one["wrong"]["of"]) for one in found["presentations"]}
    assert clips == dict.fromkeys(("bona-fide", "attack-replay", "attack-sideways", "attack-still"), (0, 1))
    assert [one["silent"] for one in found["presentations"]] == [1, 0, 0, 0]
    assert found["worst_attack"] == "attack-replay"

    assert found["notes"]["evaluated"] == {"unreadable": 3, "no_face": 1, "other": 2, "empty": 1}
    assert Note.UNREADABLE in shown.out
    assert sorted(path.name for path in out.iterdir()) == ["result.json", "roc.png"]
    with Image.open(out / "roc.png") as picture:
        assert picture.size == (1200, 900)
    said = shown.out + shown.err + (out / "result.json").read_text(encoding="utf-8")
    for name in ("person-0", "person-1", "nobody", "broken", "wall", ".jpg", str(site)):
        assert name not in said


def test_somebody_who_did_other_actions_than_the_clip_says_is_refused(
    site: Path, tmp_path: Path, gatherer: Gatherer
) -> None:
    (tmp_path / "bona-fide").mkdir()
    (clip,) = (site / "bona-fide").glob("01-*")
    (tmp_path / "bona-fide" / "01-turn_right-blink-open_mouth-15fps").symlink_to(clip)
    assert gatherer.gather(tmp_path).clips == {"bona-fide": [(Response.ATTACK, "wrong_action")]}


def test_a_group_holds_folders_only_and_a_person_with_one_picture_counts_as_a_stranger(
    site: Path, tmp_path: Path, gatherer: Gatherer
) -> None:
    for number, name in enumerate(("north/a", "north/b", "south/a")):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        shutil.copy(site / f"person-{number % 2}" / "0.jpg", folder)
    found = gatherer.gather(tmp_path)
    assert [person.group for person in found.people] == ["north", "north", "south"]
    assert found.notes[Note.ALONE] == 3
    result = evaluate(found.people, gatherer.calibrations, RISKS)
    assert result.fused == 1
    assert "single" in words_of(result).lower()
    assert result.engines[0].tables[0].lines[0].false_rejects is None


def test_a_persons_clip_is_one_visit_of_frontal_frames(site: Path, tmp_path: Path, gatherer: Gatherer) -> None:
    (tmp_path / "a").mkdir()
    frames = [cv2.imread(str(path)) for path in sorted((site / "person-0").glob("?.jpg"))]
    video(tmp_path / "a" / "visit.mp4", [np.asarray(frame, np.uint8) for frame in frames], rate=10)
    (person,) = gatherer.gather(tmp_path).people
    assert [len(visit) for visit in person.visits] == [5]


def test_whoever_stands_in_both_sets_calibrates_nothing(site: Path, tmp_path: Path, gatherer: Gatherer) -> None:
    sets = [tmp_path / "one", tmp_path / "two"]
    for folder, who, file in ((sets[0], "x", "0.jpg"), (sets[1], "x", "1.jpg"), (sets[1], "y", "0.jpg")):
        (folder / who).mkdir(parents=True)
        shutil.copy(site / "person-0" / file, folder / who)
    one, two = (gatherer.gather(folder) for folder in sets)
    assert two.without_those_in(one) == two.people[:1]
    assert (two.notes[Note.SAME_NAME], two.notes[Note.SAME_PICTURE]) == (1, 1)


def test_vectors_are_overwritten_when_the_report_is_done(site: Path, tmp_path: Path, gatherer: Gatherer) -> None:
    (tmp_path / "a").mkdir()
    shutil.copy(site / "person-0" / "0.jpg", tmp_path / "a")
    found = gatherer.gather(tmp_path)
    assert found.people[0].visits[0][0][0].any()
    found.wipe()
    assert not found.people[0].visits[0][0][0].any()


@pytest.mark.parametrize("made", ["nothing", "a file", "empty", "only a wall"])
def test_where_nothing_can_be_evaluated_a_sentence_says_why(tmp_path: Path, gatherer: Gatherer, made: str) -> None:
    folder = tmp_path / "set"
    if made == "a file":
        folder.write_text("x", encoding="utf-8")
    elif made != "nothing":
        folder.mkdir()
    if made == "only a wall":
        (folder / "a").mkdir()
        write(folder / "a" / "0.jpg", np.full((480, 640, 3), 128, np.uint8))
    with pytest.raises(NothingToEvaluate) as caught:
        measure(Plan(folder), gatherer, RISKS, "mesh", frozenset())
    assert {
        "nothing": "cannot be read",
        "a file": "cannot be read",
        "empty": "no folders",
        "only a wall": "without a face",
    }[made] in str(caught.value)


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        ([], 2, "nothing can be evaluated: the folder holds no"),
        (["--set", "face.engines=dlib+authority"], 1, "authority"),
    ],
)
def test_the_command_refuses_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], status: int, sentence: str
) -> None:
    assert main(["evaluate-faces", str(tmp_path), *words]) == status
    assert sentence in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_the_numbers_of_the_engine_in_the_program_are_not_for_the_settings() -> None:
    people = crowd(np.random.default_rng(9), 80, 0.05)
    found = evaluate(people, [DLIB_MEAN_OF_FIVE], RISKS)
    text = to_text(Report("mesh", found, "", (), {}, frozenset()))
    assert "[face.onnx]" not in text
    assert found.engines[0].proposed is not None
    assert f"rates={found.engines[0].proposed.rates!r}" in text
