"""The simulated IP camera: what it takes, what it sends, and whether its person is measurably alive."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import cv2
import dlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from drivers.camera.attack import PRINTS, SCREENS
from drivers.camera.camera import Camera
from drivers.camera.person import PHOTOGRAPHS, Image, Person, load_people, package_file
from drivers.camera.scene import ACTIONS, HEIGHT, STEP_IN, SWAY, WIDTH, Look, Scene, segments
from drivers.camera.simulator import CameraSimulator
from drivers.simulation import Control, ControlServer
from tests.drivers.camera.conftest import PATIENCE, running, until

pytestmark = pytest.mark.campaign  # hundreds of films and pictures

State = dict[str, Any]


class Meter:
    """dlib's 68 points, and two measures on them: how far the eyes are open, and where the nose points."""

    def __init__(self) -> None:
        file = package_file("face_recognition_models", "models/shape_predictor_68_face_landmarks.dat")
        self._predictor = dlib.shape_predictor(str(file))
        self._detector = dlib.get_frontal_face_detector()

    def faces(self, image: Image) -> list[NDArray[np.float64]]:
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        boxes = self._detector(cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
        whole = [dlib.rectangle(*(2 * edge for edge in (b.left(), b.top(), b.right(), b.bottom()))) for b in boxes]
        rgb = np.ascontiguousarray(image[:, :, ::-1])
        return [np.array([(p.x, p.y) for p in self._predictor(rgb, box).parts()], np.float64) for box in whole]

    def eyes(self, image: Image) -> float:
        """Height by width, the mean of both eyes."""
        (points,) = self.faces(image)
        return float(np.mean([self._aspect(points[first : first + 6]) for first in (36, 42)]))

    def nose(self, image: Image) -> float:
        """-1 to 1: the tip of the nose between the edges of the jaw; positive towards the picture's right."""
        (points,) = self.faces(image)
        left, right = np.linalg.norm(points[30] - points[1]), np.linalg.norm(points[15] - points[30])
        return float((left - right) / (left + right))

    @staticmethod
    def _aspect(eye: NDArray[np.float64]) -> float:
        across = np.linalg.norm(eye[0] - eye[3])
        return float((np.linalg.norm(eye[1] - eye[5]) + np.linalg.norm(eye[2] - eye[4])) / (2 * across))


@pytest.fixture(scope="module")
def meter() -> Meter:
    return Meter()


@pytest.fixture(scope="module")
def people() -> Mapping[str, Person]:
    return load_people()


@pytest.fixture
def control(simulator: CameraSimulator) -> Iterator[Control]:
    server = ControlServer(simulator.verbs)
    server.start()
    control = Control(server.address, seconds=PATIENCE)
    yield control
    control.close()
    server.stop()


# -- the person is alive ------------------------------------------------------------------


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_blink_closes_the_eyes_as_the_eye_aspect_ratio_sees_it(
    name: str, people: Mapping[str, Person], meter: Meter
) -> None:
    scene = Scene(Look(person=name), people)
    open_eyes = np.median([meter.eyes(image) for image in list(scene.render(SWAY[0]))[::6]])
    blink = [meter.eyes(image) / open_eyes for image in scene.render("blink")]
    assert open_eyes > 0.2
    assert sum(ratio < 0.7 for ratio in blink) >= 3, "closed for a tenth of a second"
    assert blink[-1] > 0.85, "and open again"


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_the_nose_of_a_turned_head_points_to_the_persons_own_side(
    name: str, people: Mapping[str, Person], meter: Meter
) -> None:
    scene = Scene(Look(person=name), people)
    straight = float(np.median([meter.nose(image) for image in list(scene.render(SWAY[0]))[::6]]))
    left = [meter.nose(image) - straight for image in list(scene.render("turn_left"))[::5]]
    right = [meter.nose(image) - straight for image in list(scene.render("turn_right"))[::5]]
    assert np.median(left[3:5]) > 0.35
    assert np.median(right[3:5]) < -0.35
    for turn in (left, right):
        assert abs(turn[0]) < 0.15
        assert abs(turn[-1]) < 0.15


@pytest.mark.parametrize("attack", [*PRINTS, *SCREENS])
def test_what_is_held_up_turns_no_nose(attack: str, people: Mapping[str, Person], meter: Meter) -> None:
    frames = list(Scene(Look(attack=attack), people).render(SWAY[0]))[::9]
    noses = [meter.nose(image) for image in frames if meter.faces(image)]
    assert len(noses) > len(frames) / 2
    assert np.ptp(noses) < 0.35


@pytest.mark.parametrize("screen", SCREENS)
def test_a_clip_on_a_screen_blinks_and_a_photograph_does_not(
    screen: str, people: Mapping[str, Person], meter: Meter
) -> None:
    def eyes(attack: str) -> list[float]:
        frames = list(Scene(Look(attack=attack), people).render(SWAY[0]))[24:48:2]
        return [meter.eyes(image) for image in frames]

    on_screen, photograph = eyes(screen), eyes("still")
    assert min(on_screen) < 0.7 * float(np.median(photograph))
    assert min(photograph) > 0.85 * float(np.median(photograph))


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_living_eyes_blink_through_the_holes_of_a_print(name: str, people: Mapping[str, Person], meter: Meter) -> None:
    scene = Scene(Look(person=name, attack="eye_holes"), people)
    at_rest = [meter.eyes(image) for image in list(scene.render(SWAY[0]))[::15]]
    blink = [meter.eyes(image) / float(np.median(at_rest)) for image in scene.render("blink")]
    assert min(at_rest) > 0.2
    assert sum(ratio < 0.7 for ratio in blink) >= 3
    assert blink[-1] > 0.85


def test_a_print_has_less_contrast_than_the_person(people: Mapping[str, Person], meter: Meter) -> None:
    def contrast(attack: str) -> float:
        image = next(Scene(Look(attack=attack), people).render(SWAY[0]))
        (points,) = meter.faces(image)
        (left, top), (right, bottom) = points.min(axis=0).astype(int), points.max(axis=0).astype(int)
        return float(image[top:bottom, left:right].std())

    assert contrast("still") < 0.85 * contrast("")


def test_bands_pass_over_a_screen_and_a_print_keeps_its_light(people: Mapping[str, Person]) -> None:
    def flicker(attack: str) -> float:
        """How much the light of rows changes within ten pictures."""
        frames = list(Scene(Look(attack=attack), people).render(SWAY[0]))
        rows = [frame[120:600, 300:660].mean(axis=(1, 2)) for frame in (frames[0], frames[10])]
        return float(np.std(rows[1] / rows[0]))

    assert flicker("replay_full") > 10 * flicker("print_full")


def test_the_grid_of_a_screen_beats_with_the_cameras_own(people: Mapping[str, Person]) -> None:
    def stripes(attack: str) -> float:
        """The strongest wave of 12 to 20 pixels along the rows of a plain part, by the mean of all waves."""
        part = next(Scene(Look(attack=attack), people).render(SWAY[0]))[60:260, 300:380, 2].astype(np.float64)
        waves = np.abs(np.fft.rfft(part - part.mean(axis=1, keepdims=True), n=240, axis=1)).mean(axis=0)
        return float(waves[12:21].max() / waves[1:].mean())

    assert stripes("replay_full") > 1.5 * stripes("print_full")


@pytest.mark.parametrize(("attack", "edge"), [("still", 226), ("replay", 23)])
def test_paper_has_a_white_border_and_a_screen_a_black_one(
    attack: str, edge: int, people: Mapping[str, Person]
) -> None:
    image = next(Scene(Look(attack=attack), people).render(SWAY[0]))
    border = image[100:600, WIDTH // 2 - 258 : WIDTH // 2 - 250].mean(axis=(0, 2))
    assert np.abs(border - edge).max() < 8


@pytest.mark.parametrize(("edged", "filling"), [("still", "print_full"), ("replay", "replay_full")])
def test_what_fills_the_picture_leaves_nothing_of_the_hall(
    edged: str, filling: str, people: Mapping[str, Person]
) -> None:
    def detail(attack: str) -> float:
        """How sharp the picture's margins are; the hall is out of focus, and shows the sensor's noise alone."""
        image = next(Scene(Look(attack=attack), people).render(SWAY[0]))
        margins = [np.ascontiguousarray(image[:, part, 1]) for part in (slice(0, 120), slice(-120, None))]
        return min(float(cv2.GaussianBlur(margin, (0, 0), 3).std(axis=0).mean()) for margin in margins)

    sharp, hall = detail(filling), detail(edged)
    assert sharp > 2 * hall


def brightness(image: Image, faces: NDArray[np.float64]) -> tuple[float, float]:
    """The mean grey of the face, and of the picture's left edge."""
    (left, top), (right, bottom) = faces.min(axis=0), faces.max(axis=0)
    return float(image[int(top) : int(bottom), int(left) : int(right)].mean()), float(image[:, :40].mean())


def test_infrared_sees_a_grey_person_before_a_dark_hall_whatever_the_light(
    people: Mapping[str, Person], meter: Meter
) -> None:
    for light, back_lit in ((1.0, False), (0.0, False), (1.0, True)):
        look = Look(person="grace_hopper", infrared=True, light=light, back_lit=back_lit, distance=1.5)
        image = next(Scene(look, people).render(SWAY[0]))
        assert np.array_equal(image[:, :, 0], image[:, :, 2])
        (points,) = meter.faces(image)
        face, edge = brightness(image, points)
        assert face > 90
        assert edge < 60


@pytest.mark.parametrize("attack", ["still", "print_full", *SCREENS])
def test_infrared_shows_no_face_on_paper_or_a_screen(attack: str, people: Mapping[str, Person], meter: Meter) -> None:
    plain, infrared = (
        next(Scene(Look(attack=attack, infrared=seen), people).render(SWAY[0])) for seen in (False, True)
    )
    (points,) = meter.faces(plain)
    (left, top), (right, bottom) = points.min(axis=0).astype(int), points.max(axis=0).astype(int)
    contrast = [float(image[top:bottom, left:right].std()) for image in (plain, infrared)]
    assert contrast[1] < 0.25 * contrast[0]


@pytest.mark.parametrize(
    ("look", "faces"),
    [
        (Look(), 1),
        (Look(person="grace_hopper"), 1),
        (Look(person="nobody"), 0),
        (Look(second_person=True), 2),
        (Look(person="grace_hopper", second_person=True), 2),
        (Look(light=0.0), 0),
        (Look(attack="looped"), 1),
        (Look(attack="looped", infrared=True), 0),
        (Look(attack="still", distance=1.5, height=-0.1), 1),
        (Look(back_lit=True), 1),
        (Look(back_lit=True, second_person=True), 2),
        (Look(person="nobody", back_lit=True), 0),
        (Look(height=-0.26, distance=1.3), 1),
        (Look(hat=True), 1),
        (Look(mask=True), 0),
        (Look(mask=True, second_person=True), 1),
    ],
)
def test_a_scene_shows_as_many_faces_as_it_should(
    look: Look, faces: int, people: Mapping[str, Person], meter: Meter
) -> None:
    image = next(Scene(look, people).render(SWAY[0]))
    assert image.shape == (HEIGHT, WIDTH, 3)
    assert image.dtype == np.uint8
    assert len(meter.faces(image)) == faces


def test_twice_as_far_away_is_half_as_wide(people: Mapping[str, Person], meter: Meter) -> None:
    def width(distance: float) -> float:
        (points,) = meter.faces(next(Scene(Look(distance=distance), people).render(SWAY[0])))
        return float(np.ptp(points[:17, 0]))

    assert width(0.6) / width(1.2) == pytest.approx(2.0, rel=0.08)


def test_every_segment_begins_and_ends_in_the_same_pose(people: Mapping[str, Person], meter: Meter) -> None:
    scene = Scene(Look(), people)
    ends = []
    for segment in segments(Look()):
        images = list(scene.render(segment))
        ends += [meter.faces(image)[0].mean(axis=0) for image in (images[0], images[-1])]
    assert np.ptp(np.array(ends), axis=0).max() < 6, "pixels: no jump where two segments meet"


def test_no_picture_comes_twice(people: Mapping[str, Person]) -> None:
    images = list(Scene(Look(), people).render(SWAY[0]))
    assert all(not np.array_equal(a, b) for a, b in pairwise(images))


def test_somebody_steps_in_beside_the_first_who_then_leaves(people: Mapping[str, Person], meter: Meter) -> None:
    images = list(Scene(Look(mask=True), people).render(STEP_IN))
    assert [len(meter.faces(images[at])) for at in (0, 40, -1)] == [0, 1, 1], "the first one's mask goes with them"
    images = list(Scene(Look(), people).render(STEP_IN))
    assert [len(meter.faces(images[at])) for at in (0, 40, -1)] == [1, 2, 1]
    for image, name in ((images[0], "astronaut"), (images[-1], "grace_hopper")):
        alone = next(Scene(Look(person=name), people).render(SWAY[0]))
        assert np.abs(image.astype(int) - alone).mean() < 4, "no jump to what is shown before and after"


@pytest.mark.parametrize("look", [Look(person="nobody", second_person=True), Look(person="nobody", attack="still")])
def test_a_scene_that_cannot_be_is_refused(look: Look, people: Mapping[str, Person]) -> None:
    with pytest.raises(ValueError, match="needs a"):
        Scene(look, people)


# -- on the wire ---------------------------------------------------------------------------


def test_thirty_pictures_a_second_reach_the_camera(simulator: CameraSimulator) -> None:
    with running(Camera(simulator.address)) as watcher:
        watcher.wait_for(10)  # the first ones come in a bunch
        frames = watcher.wait_for(60)[10:]
    rate = (frames[-1].number - frames[0].number) / (frames[-1].at - frames[0].at)
    assert 15 < rate < 35, "a busy machine may lose some, and none is made up"
    assert frames[0].image.shape == (HEIGHT, WIDTH, 3)


def test_what_the_person_is_asked_for_is_seen_over_the_wire(
    simulator: CameraSimulator, control: Control, meter: Meter
) -> None:
    until(lambda: len(control.do("state")["prepared"]) == len(ACTIONS) + len(SWAY), "the prepared actions")
    with running(Camera(simulator.address)) as watcher:
        watcher.wait_for(3)
        assert control.do("act", action="turn_left")["waiting"] == 1
        control.do("act", action="blink")
        until(lambda: control.do("state")["waiting"] == [], "both actions to begin")
        count = len(watcher.frames)
        frames = watcher.wait_for(count + 30)
    noses = [meter.nose(frame.image) for frame in frames[::3]]
    eyes = [meter.eyes(frame.image) for frame in frames[-50:]]
    assert max(noses) - float(np.median(noses[:2])) > 0.35
    assert min(eyes) < 0.7 * float(np.percentile(eyes, 80))


def test_who_stands_there_is_there_when_the_answer_comes(
    simulator: CameraSimulator, control: Control, meter: Meter
) -> None:
    control.do("person", name="nobody")
    assert control.do("state")["person"] == "nobody"
    with running(Camera(simulator.address)) as watcher:
        assert meter.faces(watcher.wait_for(1)[0].image) == []
        control.do("person", name="grace_hopper")
        count = len(watcher.frames)
        assert len(meter.faces(watcher.wait_for(count + 30)[-1].image)) == 1


def test_no_picture_from_a_sensor_comes_twice_and_all_of_a_looped_clip_do(
    simulator: CameraSimulator, control: Control
) -> None:
    def different(count: int) -> int:
        with running(Camera(simulator.address)) as watcher:
            return len({frame.image.tobytes() for frame in watcher.wait_for(count)})

    assert different(140) == 140, "swaying has 60 pictures"
    control.do("attack", kind="looped")
    assert different(140) <= 106


def who(image: Image) -> str:
    """Who stands there, by the colour behind them."""
    blue, _, red = image[100:250, -200:-20].mean(axis=(0, 1))
    return "grace_hopper" if blue > red + 20 else "astronaut"


def test_a_swap_takes_place_between_two_pictures(simulator: CameraSimulator, control: Control, meter: Meter) -> None:
    until(lambda: bool(control.do("state")["standing_by"]), "somebody to stand by")
    with running(Camera(simulator.address)) as watcher:
        watcher.wait_for(3)
        control.do("act", action="turn_left")
        control.do("swap", name="grace_hopper")
        seen = len(watcher.frames)
        watcher.wait_for(seen + 5)
        control.do("swap", name="astronaut", attack="still")
        frames = watcher.wait_for(len(watcher.frames) + 5)
    state = control.do("state")
    assert (state["person"], state["attack"], state["waiting"]) == ("astronaut", "still", [])
    people = [who(frame.image) for frame in frames]
    changes = [pair for pair in pairwise(people) if len(set(pair)) > 1]
    assert changes == [("astronaut", "grace_hopper"), ("grace_hopper", "astronaut")]
    assert all(len(meter.faces(frame.image)) == 1 for frame in frames[::3]), "nobody sees the one go or the other come"


def test_whoever_steps_in_stays(simulator: CameraSimulator, control: Control) -> None:
    with running(Camera(simulator.address)) as watcher:
        watcher.wait_for(1)
        control.do("step_in")
        until(lambda: control.do("state")["person"] == "grace_hopper", "the other one")
        until(lambda: who(watcher.frames[-1].image) == "grace_hopper", "the pictures that are still on their way")
        frames = watcher.wait_for(len(watcher.frames) + 50)
    assert who(frames[0].image) == "astronaut"
    assert {who(frame.image) for frame in frames[-20:]} == {"grace_hopper"}, "after the two stood side by side"


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [("person", {"name": "nobody"}), ("attack", {"kind": "still"}), ("second_person", {"on": True})],
)
def test_nobody_steps_in_where_nobody_stands_alone(control: Control, verb: str, arguments: State) -> None:
    control.do(verb, **arguments)
    assert control.do("state")["standing_by"] is False
    with pytest.raises(RuntimeError, match="nobody beside whom"):
        control.do("step_in")


def test_whoever_looks_through_a_print_can_blink_and_do_nothing_else(control: Control) -> None:
    control.do("attack", kind="eye_holes")
    assert control.do("act", action="blink")["waiting"] == 1
    with pytest.raises(RuntimeError, match="nobody who could do that"):
        control.do("act", action="turn_left")


def test_only_the_latest_films_are_kept(simulator: CameraSimulator, control: Control) -> None:
    for level in (0.5, 0.6, 0.7, 0.8, 0.9):
        control.do("light", level=level)
    assert len(simulator._film._films) <= 4


@pytest.mark.parametrize(
    ("verb", "arguments", "said"),
    [
        ("person", {"name": "somebody"}, "no such person: somebody"),
        ("act", {"action": "sneeze"}, "no such action: sneeze"),
        ("attack", {"kind": "mask"}, "no such attack: mask"),
        ("swap", {"name": "astronaut", "attack": "mask"}, "no such attack: mask"),
        ("swap", {"name": "somebody"}, "no such person: somebody"),
        ("light", {"level": 9}, "9 is not between"),
        ("light", {"level": "bright"}, "could not convert"),
        ("distance", {"scale": 0}, "0 is not between"),
        ("height", {"level": 1}, "1 is not between"),
        ("unplug", {"seconds": "long"}, "could not convert"),
        ("fault", {"kind": "earthquake"}, "no such fault: earthquake"),
        ("dance", {}, "no such verb: dance"),
        ("person", {}, "missing 1 required"),
    ],
)
def test_a_wrong_verb_is_answered_with_a_sentence_and_changes_nothing(
    control: Control, verb: str, arguments: State, said: str
) -> None:
    before = control.do("state")
    with pytest.raises(RuntimeError, match=said):
        control.do(verb, **arguments)
    after = control.do("state")
    assert {name: after[name] for name in ("person", "light", "distance", "attack", "plugged")} == {
        name: before[name] for name in ("person", "light", "distance", "attack", "plugged")
    }


def test_nobody_and_a_photograph_can_do_nothing(control: Control) -> None:
    for verb, argument in (("attack", {"kind": "still"}), ("person", {"name": "nobody"})):
        control.do(verb, **argument)
        with pytest.raises(RuntimeError, match="nobody who could do that"):
            control.do("act", action="blink")


def test_what_a_person_wears_goes_with_them_and_the_light_stays(control: Control) -> None:
    control.do("mask", on=True)
    control.do("hat", on=True)
    control.do("back_light", on=True)
    control.do("height", level=-0.2)
    dressed = control.do("state")
    assert [dressed[name] for name in ("mask", "hat", "back_lit", "height")] == [True, True, True, -0.2]
    control.do("person", name="grace_hopper")
    bare = control.do("state")
    assert [bare[name] for name in ("mask", "hat", "back_lit", "height")] == [False, False, True, -0.2]


def test_a_simulator_that_cannot_listen_says_so() -> None:
    with pytest.raises(ValueError, match="listens on an address"):
        CameraSimulator("pty")
    with pytest.raises(ValueError, match="no such person"):
        CameraSimulator(person="somebody").start()


def test_the_file_of_a_missing_package_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="no_such_package"):
        package_file("no_such_package", "picture.png")
    with pytest.raises(FileNotFoundError, match=r"no-such\.png"):
        package_file("numpy", "no-such.png")


def ask(address: str, request: bytes, *, hang_up: bool) -> bytes:
    """Send ``request`` and return the first bytes of the answer; none when the simulator hung up."""
    parts = urlsplit(address)
    assert parts.hostname is not None
    with socket.create_connection((parts.hostname, parts.port or 0), PATIENCE) as host:
        host.sendall(request)
        if hang_up:
            return b""
        host.shutdown(socket.SHUT_WR)
        try:
            return host.recv(64)
        except ConnectionError:
            return b""


def still_serves(address: str) -> bool:
    return ask(address, b"GET /stream.mjpg HTTP/1.0\r\n\r\n", hang_up=False).startswith(b"HTTP/1.0 200 OK")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"", b"HTTP/1.0 404"),
        (b"\r\n\r\n", b"HTTP/1.0 404"),
        (b"GET / HTTP/1.0\r\n\r\n", b"HTTP/1.0 404"),
        (b"GET /../../etc/passwd HTTP/1.0\r\n\r\n", b"HTTP/1.0 404"),
        (b"POST /stream.mjpg HTTP/1.0\r\n\r\n", b"HTTP/1.0 404"),
        (b"GET /stream.mjpg?size=1280 HTTP/1.1\r\nHost: camera\r\n\r\n", b"HTTP/1.0 200"),
        (b"GET /stream.mjpg HTTP/1.0\r\nX: " + 9000 * b"x" + b"\r\n\r\n", b"HTTP/1.0 200"),
    ],
)
def test_a_request_is_served_or_refused(simulator: CameraSimulator, request_: bytes, status: bytes) -> None:
    assert ask(simulator.address, request_, hang_up=False).startswith(status)


@settings(max_examples=30, deadline=None)
@given(junk=st.binary(max_size=200), hang_up=st.booleans())
def test_no_broken_request_ends_it(one_simulator: CameraSimulator, junk: bytes, *, hang_up: bool) -> None:
    ask(one_simulator.address, junk, hang_up=hang_up)
    assert still_serves(one_simulator.address)


def test_a_watcher_that_hangs_up_is_no_watcher_any_more(simulator: CameraSimulator, control: Control) -> None:
    assert still_serves(simulator.address)
    until(lambda: control.do("state")["watchers"] == 0, "the watcher to be forgotten")


def test_the_cable_can_be_pulled_twice_and_put_back(simulator: CameraSimulator, control: Control) -> None:
    control.do("unplug")
    assert control.do("state")["plugged"] is False
    with pytest.raises(ConnectionRefusedError):
        still_serves(simulator.address)
    control.do("plug")
    assert still_serves(simulator.address)
    control.do("unplug", seconds=60)
    control.do("unplug", seconds=0.1)
    until(lambda: bool(control.do("state")["plugged"]), "the cable")
    assert still_serves(simulator.address)


def test_a_fault_strikes_a_picture_and_is_gone(simulator: CameraSimulator, control: Control) -> None:
    with running(Camera(simulator.address)) as watcher:
        watcher.wait_for(2)
        control.do("fault", kind="duplicate", count=3)
        control.do("fault", kind="unplug", seconds=0.2)
        until(lambda: control.do("state")["armed"] == [], "both faults to strike")
        seen = len(watcher.frames)
        watcher.wait_for(seen + 10)
    assert control.do("state")["messages"] > 10


def test_an_infrared_camera_is_made_by_its_option() -> None:
    simulator = CameraSimulator(infrared=True)
    simulator.start()
    try:
        with running(Camera(simulator.address)) as watcher:
            image = watcher.wait_for(1)[0].image.astype(int)
        assert np.abs(image[:, :, 0] - image[:, :, 2]).max() <= 2
        simulator.verbs["person"](name="nobody")
        assert (simulator.verbs["state"]() or {})["infrared"] is True
    finally:
        simulator.stop()
