"""The driver against real sources: files that a test writes, the simulator, and servers that misbehave."""

from __future__ import annotations

import gc
import socket
import threading
import time
import weakref
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.camera import camera as camera_module
from drivers.camera.camera import ACTS_NEXT, FROZEN_SECONDS, SILENT_SECONDS, Camera, CameraFault, Frame
from drivers.camera.simulator import CameraSimulator
from drivers.camera.sources import OPEN_SECONDS, READ_SECONDS, hardware, is_live, is_virtual, shown
from drivers.device import (
    Cancelled,
    DeviceError,
    DeviceState,
    DeviceStatus,
    HealthLevel,
    Identity,
    NextAction,
)
from tests.drivers.camera.conftest import PATIENCE, running, until
from tests.drivers.camera.wire import HEAD, ScriptedCamera, part, streaming, then_silent

LEVELS = [40, 80, 120, 160, 200]


@pytest.fixture
def soon_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A camera counts as gone after half a second, so that a test need not wait for three."""
    monkeypatch.setattr(camera_module, "SILENT_SECONDS", 0.5)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A health check measures for half a second, and black is called black after a fifth of one."""
    monkeypatch.setattr(camera_module, "MEASURE_SECONDS", 0.5)
    monkeypatch.setattr(camera_module, "BLACK_SECONDS", 0.2)


def film(path: Path, levels: list[int] = LEVELS, rate: float = 50.0) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate, (160, 120))
    assert writer.isOpened()
    for level in levels:
        writer.write(np.full((120, 160, 3), level, np.uint8))
    writer.release()
    return path


def picture(path: Path, level: int) -> Path:
    assert cv2.imwrite(str(path), np.full((120, 160, 3), level, np.uint8))
    return path


def found(status: DeviceStatus) -> tuple[DeviceState, list[str]]:
    return status.state, [fault.code for fault in status.faults]


def in_order(levels: list[int], wanted: list[int]) -> bool:
    """Whether these greys are the wanted ones, over and over; a JPEG moves a grey by one or two.

    Whoever looks may come a picture late: the first that is seen may be any.
    """
    first = min(range(len(wanted)), key=lambda i: abs(levels[0] - wanted[i]))
    return all(abs(level - wanted[(first + i) % len(wanted)]) <= 3 for i, level in enumerate(levels))


# -- where pictures come from ----------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "live"),
    [
        (0, True),
        ("2", True),
        ("/dev/v4l/by-id/usb-camera-index0", True),
        ("http://127.0.0.1/stream.mjpg", True),
        ("rtsp://127.0.0.1/stream", True),
        ("/srv/film.avi", False),
        ("pictures", False),
    ],
)
def test_devices_and_streams_are_live_and_files_are_not(source: str | int, *, live: bool) -> None:
    assert is_live(source) is live
    assert Camera(source).capabilities.features["live"] is live


def test_a_film_plays_again_and_again(tmp_path: Path) -> None:
    with running(Camera(str(film(tmp_path / "film.avi")))) as watcher:
        levels = watcher.levels(12)
        numbers = [frame.number for frame in watcher.frames[:12]]
    assert in_order(levels, LEVELS)
    assert numbers == list(range(numbers[0], numbers[0] + 12))  # whoever comes late misses the first
    assert watcher.frames[0].image.shape == (120, 160, 3)
    assert watcher.frames[0].image.dtype == np.uint8


def test_a_film_does_not_play_faster_than_it_was_taken(tmp_path: Path) -> None:
    with running(Camera(str(film(tmp_path / "film.avi", rate=20.0)))) as watcher:
        frames = watcher.wait_for(12)
    # Two pictures may come early, to catch up with a first one that came late.
    assert frames[-1].at - frames[0].at > 8 / 20.0


def test_a_folder_plays_its_pictures_by_name_and_leaves_out_what_is_none(tmp_path: Path) -> None:
    for number, level in enumerate(LEVELS):
        picture(tmp_path / f"{number}.png", level)
    (tmp_path / "2-notes.txt").write_text("no picture", encoding="utf-8")
    (tmp_path / "3-broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture either")
    with running(Camera(str(tmp_path), rate=100)) as watcher:
        assert in_order(watcher.levels(11), LEVELS)


def test_a_single_picture_is_a_source_that_stands_still_without_a_fault(tmp_path: Path) -> None:
    camera = Camera(str(picture(tmp_path / "licence.png", 90)))
    with running(camera) as watcher:
        frames = watcher.wait_for(3)
        until(lambda: watcher.frames[-1].at - frames[0].at > FROZEN_SECONDS + 0.5, "more time than a freeze needs")
        assert found(camera.status) == (DeviceState.READY, [])
    assert in_order(watcher.levels(3), [90])


def test_an_empty_folder_is_no_camera_until_a_picture_lies_in_it(tmp_path: Path, soon_silent: None) -> None:
    camera = Camera(str(tmp_path))
    with running(camera) as watcher:
        until(lambda: camera.status.state is DeviceState.DISCONNECTED, "the fault")
        assert watcher.frames == []
        picture(tmp_path / "late.png", 77)
        assert in_order(watcher.levels(1), [77])
        assert camera.status.state is DeviceState.READY


@pytest.mark.parametrize("source", [93, "/dev/v4l/by-id/nothing", "missing.avi", "noise.avi"])
def test_a_source_that_is_not_there_is_a_fault_for_the_technician(
    source: str | int,
    tmp_path: Path,
    soon_silent: None,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("noise.avi").write_bytes(bytes(range(256)) * 64)
    camera = Camera(source)
    assert found(camera.status) == (DeviceState.UNKNOWN, [])
    with running(camera) as watcher:
        until(lambda: camera.status.state is DeviceState.DISCONNECTED, "the fault")
        (fault,) = camera.status.faults
    assert (fault.code, fault.acts_next) == (CameraFault.DISCONNECTED, ACTS_NEXT[CameraFault.DISCONNECTED])
    assert str(source) in fault.detail
    assert (watcher.frames, camera.latest()) == ([], None)
    assert capfd.readouterr() == ("", ""), "OpenCV and FFmpeg say nothing on the terminal"


def test_the_password_of_an_ip_camera_is_neither_shown_nor_logged(
    soon_silent: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    camera = Camera(f"http://admin:secret@127.0.0.1:{port}/stream?token=secret")
    with running(camera):
        until(lambda: camera.status.state is DeviceState.DISCONNECTED, "the fault")
        until(lambda: "cannot open" in caplog.text, "the log")
        assert f"127.0.0.1:{port}" in camera.status.faults[0].detail
        assert "secret" not in camera.status.faults[0].detail + caplog.text
    assert shown("/dev/video0") == "/dev/video0"
    assert shown(0) == "0"


# -- what is decoded ---------------------------------------------------------------------


def test_every_second_picture_of_thirty_a_second_is_decoded_and_all_are_counted(simulator: CameraSimulator) -> None:
    camera = Camera(simulator.address)
    with running(camera) as watcher:
        watcher.wait_for(10)  # the first ones come in a bunch
        frames = watcher.wait_for(25)[10:]
    decoded = len(frames) / (frames[-1].number - frames[0].number + 1)
    assert decoded < 0.75, "a busy machine sees pictures come in bunches, and decodes still fewer"
    assert camera.counters["frames"] >= frames[-1].number


def test_whoever_asks_for_the_next_picture_gets_it(simulator: CameraSimulator) -> None:
    camera = Camera(simulator.address)
    numbers: list[int] = []

    def ask(frame: Frame) -> bool:
        numbers.append(frame.number)
        return True

    with running(camera):
        camera.start(ask)
        until(lambda: len(numbers) >= 20, "twenty pictures")
    assert all(after - before == 1 for before, after in pairwise(numbers))


def test_a_picture_that_did_not_come_whole_is_left_out_and_the_next_one_is_seen() -> None:
    whole = part(90)
    head, jpeg = whole.split(b"\r\n\r\n", 1)
    torn = head.replace(str(len(jpeg) - 2).encode(), str(len(jpeg) // 2).encode())
    torn += b"\r\n\r\n" + jpeg[: len(jpeg) // 2] + b"\r\n"

    def stream(host: socket.socket, over: threading.Event) -> None:
        host.recv(4096)
        host.sendall(HEAD)
        while not over.wait(0.05):
            host.sendall(torn + whole)

    numbers: list[int] = []

    def ask(frame: Frame) -> bool:
        numbers.append(frame.number)
        assert round(float(frame.image.mean())) in range(88, 93)
        return True

    with ScriptedCamera([stream]) as scripted:
        camera = Camera(scripted.url)
        with running(camera):
            camera.start(ask)
            until(lambda: len(numbers) >= 6, "six pictures")
    assert any(after - before > 1 for before, after in pairwise(numbers))


# -- the newest picture wins, and nobody waits -------------------------------------------


def test_the_newest_picture_is_the_one_to_be_had(simulator: CameraSimulator) -> None:
    camera = Camera(simulator.address)
    behind: list[int] = []

    def compare(frame: Frame) -> None:
        latest = camera.latest()
        behind.append(0 if latest is not None and latest is frame else 1)

    with running(camera) as watcher:
        watcher.wait_for(1)
        camera.start(compare)
        until(lambda: len(behind) >= 10, "ten pictures")
    assert sum(behind) == 0


def test_a_listener_that_takes_two_seconds_gets_new_pictures_afterwards_and_not_old_ones(
    simulator: CameraSimulator,
) -> None:
    held, go_on = threading.Event(), threading.Event()
    means: list[float] = []

    def slow(frame: Frame) -> None:
        if not held.is_set():
            held.set()
            assert go_on.wait(30)
        means.append(float(frame.image.mean()))

    camera = Camera(simulator.address)
    with running(camera) as watcher:
        watcher.wait_for(5)
        camera.start(slow)
        assert held.wait(30)
        pictures = (simulator.verbs["state"]() or {})["pictures"]
        until(lambda: (simulator.verbs["state"]() or {})["pictures"] > pictures + 60, "sixty missed pictures")
        simulator.verbs["black"](on=True)
        go_on.set()
        until(lambda: bool(means) and means[-1] < 10, "the dark")
    light = sum(mean > 10 for mean in means)
    assert light < 25, f"{light} of the sixty missed pictures came after all"


def test_a_lens_that_is_switched_off_twice_is_not_silent_for_that(simulator: CameraSimulator) -> None:
    camera = Camera(simulator.address)
    with running(camera) as watcher:
        watcher.wait_for(5)
        camera.stop()
        assert camera.join()
    run = camera._run
    assert run is not None
    assert run._stopped is not None
    run._heard = run._stopped - SILENT_SECONDS / 2
    stopped = run._stopped
    camera.stop()
    assert (run._stopped, camera.status.state) == (stopped, DeviceState.READY)


def test_a_lens_that_is_switched_off_leaves_no_picture_with_whoever_holds_it(simulator: CameraSimulator) -> None:
    camera = Camera(simulator.address)
    held: list[tuple[Frame, bool]] = []

    def seen(frame: Frame) -> None:
        held.append((frame, bool(frame.image.any())))
        camera.stop()

    camera.start(seen)
    until(lambda: bool(held), "a picture")
    assert camera.join()
    frame, showed_something = held[0]
    assert showed_something
    assert not frame.image.any()


def test_latest_and_stop_never_wait_for_a_camera_that_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:  # takes the call and says nothing
        camera = Camera(f"http://127.0.0.1:{server.getsockname()[1]}/stream.mjpg")
        began = time.monotonic()
        camera.start()
        for _ in range(100):
            assert camera.latest() is None
            assert camera.status.state is DeviceState.UNKNOWN
        camera.stop()
        assert time.monotonic() - began < OPEN_SECONDS / 2
        assert camera.join(2 * (OPEN_SECONDS + READ_SECONDS)), "opening has a deadline"


def test_starting_twice_replaces_the_listener(simulator: CameraSimulator) -> None:
    camera = Camera(simulator.address)
    with running(camera) as first:
        first.wait_for(2)
        second: list[Frame] = []
        camera.start(second.append)
        count = len(first.frames)
        until(lambda: len(second) >= 5, "five pictures")
        assert len(first.frames) <= count + 1, "at most the picture that was on its way"
        assert second[0].number > 2, "the lens stayed on"


@pytest.mark.warns("a listener for pictures failed")
def test_a_listener_that_fails_costs_no_picture(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    camera = Camera(str(film(tmp_path / "film.avi")))

    def broken(_: Frame) -> None:
        raise RuntimeError("a bug on the other side")

    camera.start(broken)
    try:
        until(lambda: (frame := camera.latest()) is not None and frame.number > 3, "the fourth picture")
    finally:
        camera.stop()
    assert camera.join()
    assert "a listener for pictures failed" in caplog.text


def test_a_stopped_camera_forgets_every_picture(tmp_path: Path) -> None:
    camera = Camera(str(film(tmp_path / "film.avi")))
    pictures: list[weakref.ref[np.ndarray]] = []
    camera.start(lambda frame: pictures.append(weakref.ref(frame.image)))
    until(lambda: len(pictures) >= 7, "seven pictures")
    camera.stop()
    assert camera.latest() is None
    assert camera.join()
    gc.collect()
    assert [number for number, picture in enumerate(pictures) if picture() is not None] == []
    assert camera.status.state is DeviceState.READY, "what was known of it stays known"


def test_a_camera_can_be_switched_on_again_at_once(simulator: CameraSimulator) -> None:
    camera = Camera(simulator.address)
    for _ in range(3):
        with running(camera) as watcher:
            assert watcher.wait_for(2)[0].number == 1
        camera.start(watcher)
        camera.stop()
    assert camera.join()


# -- unplugged, black, frozen ----------------------------------------------------------------


def test_an_unplugged_camera_is_missed_and_opened_again(simulator: CameraSimulator, soon_silent: None) -> None:
    camera = Camera(simulator.address)
    with running(camera) as watcher:
        watcher.wait_for(5)
        assert found(camera.status) == (DeviceState.READY, [])
        simulator.verbs["unplug"](seconds=2.0)
        until(lambda: found(camera.status) == (DeviceState.DISCONNECTED, [CameraFault.DISCONNECTED]), "the fault")
        last = watcher.frames[-1].number
        until(lambda: camera.status.state is DeviceState.READY, "the camera")
        until(lambda: watcher.frames[-1].number > last, "a new picture")
    numbers = [frame.number for frame in watcher.frames]
    assert numbers[0] == 1
    assert all(1 <= after - before <= 3 for before, after in pairwise(numbers)), "the count goes on"


def test_a_black_picture_is_a_fault_for_the_attendant_until_it_is_light_again(simulator: CameraSimulator) -> None:
    camera = Camera(simulator.address)
    with running(camera) as watcher:
        watcher.wait_for(2)
        simulator.verbs["black"](on=True)
        until(lambda: found(camera.status) == (DeviceState.ATTENTION, [CameraFault.BLACK]), "the fault")
        assert camera.status.faults[0].acts_next is ACTS_NEXT[CameraFault.BLACK]
        assert not camera.status.ready
        simulator.verbs["black"](on=False)
        until(lambda: found(camera.status) == (DeviceState.READY, []), "the light")


def test_a_frozen_picture_is_a_fault_for_the_technician_until_it_moves_again(simulator: CameraSimulator) -> None:
    camera = Camera(simulator.address)
    with running(camera) as watcher:
        watcher.wait_for(2)
        simulator.verbs["freeze"](on=True)
        until(lambda: found(camera.status) == (DeviceState.ATTENTION, [CameraFault.FROZEN]), "the fault")
        assert camera.status.faults[0].acts_next is ACTS_NEXT[CameraFault.FROZEN]
        simulator.verbs["freeze"](on=False)
        until(lambda: found(camera.status) == (DeviceState.READY, []), "the film")


def test_a_camera_that_wakes_up_with_a_few_black_pictures_is_not_called_black() -> None:
    def pause(host: socket.socket, over: threading.Event) -> None:
        over.wait(1.5)  # longer than a black picture may last
        streaming([0, 0, 0, *[120] * 300])(host, over)

    states: list[DeviceStatus] = []
    with ScriptedCamera([streaming([120] * 5), pause]) as wire:
        camera = Camera(wire.url)
        camera.start(lambda _: states.append(camera.status))
        until(lambda: wire.calls >= 2 and len(states) > 12, "pictures of the second conversation")
        camera.stop()
        assert camera.join()
    assert {code for status in states for code in found(status)[1]} <= {CameraFault.DISCONNECTED}


def test_a_stream_that_falls_silent_is_opened_again() -> None:
    with ScriptedCamera([then_silent([50] * 20), streaming([150] * 300)]) as wire, running(Camera(wire.url)) as watcher:
        until(lambda: bool(watcher.frames) and watcher.frames[-1].image.mean() > 100, "the second conversation")
        assert wire.calls == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        HEAD + b"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: 9\r\n\r\nno image!\r\n",
        HEAD + part(120)[:200],
        bytes(range(256)) * 40,
    ],
)
def test_a_server_that_talks_nonsense_is_a_camera_that_is_not_there(
    answer: bytes, soon_silent: None, capfd: pytest.CaptureFixture[str]
) -> None:
    def nonsense(host: socket.socket, over: threading.Event) -> None:
        host.recv(4096)
        host.sendall(answer)

    with ScriptedCamera([nonsense]) as wire:
        camera = Camera(wire.url)
        with running(camera) as watcher:
            until(lambda: found(camera.status) == (DeviceState.DISCONNECTED, [CameraFault.DISCONNECTED]), "the fault")
            until(lambda: wire.calls >= 2, "another attempt")
        assert watcher.frames == []
    assert capfd.readouterr().out == ""


# -- the health check -----------------------------------------------------------------------


def test_a_probe_switches_on_looks_and_switches_off(simulator: CameraSimulator) -> None:
    camera = Camera(simulator.address)
    assert found(camera.probe()) == (DeviceState.READY, [])
    assert camera.latest() is None
    assert camera.join()
    until(lambda: (simulator.verbs["state"]() or {})["watchers"] == 0, "the end of the stream")


def test_a_probe_of_a_camera_that_is_not_there_says_so(tmp_path: Path, soon_silent: None) -> None:
    camera = Camera(str(tmp_path / "missing.avi"))
    assert found(camera.probe(1.0)) == (DeviceState.DISCONNECTED, [CameraFault.DISCONNECTED])
    assert camera.join()


def test_a_probe_leaves_a_camera_in_use_alone(tmp_path: Path) -> None:
    camera = Camera(str(film(tmp_path / "film.avi")))
    with running(camera) as watcher:
        watcher.wait_for(1)
        assert camera.probe().state is DeviceState.READY
        count = len(watcher.frames)
        watcher.wait_for(count + 3)


def test_a_camera_that_is_needed_during_a_probe_stays_on(tmp_path: Path) -> None:
    camera = Camera(str(tmp_path))  # empty: the probe waits
    probe = threading.Thread(target=camera.probe, args=(1.0,))
    probe.start()
    until(lambda: camera._run is not None, "the probe")
    with running(camera) as watcher:
        probe.join(PATIENCE)
        assert not probe.is_alive()
        picture(tmp_path / "1.png", 100)
        watcher.wait_for(3)


@pytest.mark.parametrize("level", HealthLevel)
def test_a_check_of_a_sound_camera_switches_it_on_and_off_again(
    simulator: CameraSimulator, hasty: None, level: HealthLevel
) -> None:
    camera = Camera(simulator.address)
    report = camera.check_health(level).future.result(PATIENCE)
    assert camera.join()
    assert camera.latest() is None
    assert (report.level, report.faults) == (level, ())
    assert report.facts.items() >= {"width": 960, "height": 720}.items()
    if level is HealthLevel.INTERNAL:
        assert "rate" not in report.facts
    else:
        assert 15 < float(report.facts["rate"]) < 35
        assert 60 < float(report.facts["brightness"]) < 180
        assert float(report.facts["contrast"]) > 20
        assert float(report.facts["sharpness"]) > 10
    assert report.question == ("camera.see_face" if level is HealthLevel.INTERACTIVE else "")


def test_a_check_measures_what_there_is_to_see(simulator: CameraSimulator, hasty: None) -> None:
    def measured(fact: str) -> float:
        return float(Camera(simulator.address).check_health(HealthLevel.EXTERNAL).future.result(PATIENCE).facts[fact])

    sharpness, brightness = measured("sharpness"), measured("brightness")
    simulator.verbs["light"](level=0.4)
    assert measured("brightness") < 0.6 * brightness
    simulator.verbs["light"](level=1.0)
    simulator.verbs["person"](name="nobody")
    assert measured("sharpness") < 0.7 * sharpness, "the hall is out of focus"


def test_a_check_tells_of_a_black_picture(simulator: CameraSimulator, hasty: None) -> None:
    camera = Camera(simulator.address)
    simulator.verbs["black"](on=True)
    report = camera.check_health(HealthLevel.EXTERNAL).future.result(PATIENCE)
    assert [fault.code for fault in report.faults] == [CameraFault.BLACK]
    assert float(report.facts["brightness"]) < 5
    assert camera.join()


def test_a_check_leaves_a_camera_in_use_alone(simulator: CameraSimulator, hasty: None) -> None:
    camera = Camera(simulator.address)
    with running(camera) as watcher:
        watcher.wait_for(2)
        camera.check_health(HealthLevel.EXTERNAL).future.result(PATIENCE)
        count = len(watcher.frames)
        watcher.wait_for(count + 3)
        assert camera.counters["reopened"] == 1


def test_two_checks_at_once_share_the_lens(tmp_path: Path, hasty: None) -> None:
    camera = Camera(str(film(tmp_path / "film.avi")))
    long, short = (camera.check_health(level) for level in (HealthLevel.EXTERNAL, HealthLevel.INTERNAL))
    assert short.future.result(PATIENCE).faults == ()
    assert long.future.result(PATIENCE).faults == ()
    assert camera.counters["reopened"] == 1
    assert camera.join()
    assert camera.latest() is None


def test_a_check_of_a_camera_that_is_not_there_ends_with_the_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera_module, "OPEN_SECONDS", 0.3)
    monkeypatch.setattr(camera_module, "READ_SECONDS", 0.2)
    camera = Camera(str(tmp_path / "missing.avi"), device_class="document_camera")
    with pytest.raises(DeviceError) as failed:
        camera.check_health(HealthLevel.INTERNAL).future.result(PATIENCE)
    assert failed.value.fault.code == "document_camera.disconnected"
    assert failed.value.fault.acts_next is NextAction.TECHNICIAN
    assert camera.join()


def test_a_check_ends_when_the_camera_is_stopped_or_nobody_wants_it_any_more(simulator: CameraSimulator) -> None:
    camera = Camera(simulator.address)
    for end in (camera.stop, None):
        task = camera.check_health(HealthLevel.EXTERNAL)
        until(lambda: camera.latest() is not None, "a picture")
        (end or task.abandon)()
        with pytest.raises(Cancelled):
            task.future.result(PATIENCE)
        assert camera.join()
        assert camera.latest() is None


def test_a_check_that_is_stopped_before_it_began_leaves_the_lens_off(simulator: CameraSimulator) -> None:
    camera = Camera(simulator.address)
    for _ in range(20):
        task = camera.check_health(HealthLevel.INTERNAL)
        camera.stop()
        assert camera.join()
        assert task.future.done()
        assert camera.latest() is None


# -- which camera it is ------------------------------------------------------------------------


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """``/dev`` and ``/sys`` of a machine with two cameras, as Linux lays them out; only the second tells a number."""
    for number, name in enumerate(("Integrated Camera", "HD Pro Webcam C920")):
        (tmp_path / f"dev/video{number}").parent.mkdir(exist_ok=True)
        (tmp_path / f"dev/video{number}").touch()
        interface = tmp_path / f"sys/devices/usb1/1-{number}/1-{number}:1.0"
        card = interface / f"video4linux/video{number}"
        card.mkdir(parents=True)
        (card / "name").write_text(f"{name}\n", encoding="utf-8")
        (card / "device").symlink_to(interface)
        cards = tmp_path / "sys/class/video4linux"
        cards.mkdir(parents=True, exist_ok=True)
        (cards / f"video{number}").symlink_to(card)
    (tmp_path / "sys/devices/usb1/1-1/serial").write_text("8B2C1D4F\n", encoding="utf-8")
    by_id = tmp_path / "dev/v4l/by-id"
    by_id.mkdir(parents=True)
    (by_id / "usb-046d_HD_Pro_Webcam_C920_8B2C1D4F-video-index0").symlink_to("../../video1")
    return tmp_path


@pytest.mark.parametrize(
    "source", [1, "1", "/dev/video1", "/dev/v4l/by-id/usb-046d_HD_Pro_Webcam_C920_8B2C1D4F-video-index0"]
)
def test_a_video_device_is_known_by_what_survives_replugging(system: Path, source: str | int) -> None:
    assert hardware(source, system / "dev", system / "sys") == Identity(
        str(system / "dev/v4l/by-id/usb-046d_HD_Pro_Webcam_C920_8B2C1D4F-video-index0"),
        model="HD Pro Webcam C920",
        serial="8B2C1D4F",
    )


def test_a_video_device_that_a_program_feeds_is_told_from_a_lens(system: Path) -> None:
    fed = system / "sys/devices/virtual/video4linux/video9"
    fed.mkdir(parents=True)
    (system / "sys/class/video4linux/video9").symlink_to(fed)
    assert is_virtual("/dev/video9", system / "dev", system / "sys")
    assert is_virtual(9, system / "dev", system / "sys")
    for lens in (0, "/dev/video1", "/dev/v4l/by-id/usb-046d_HD_Pro_Webcam_C920_8B2C1D4F-video-index0", 7):
        assert not is_virtual(lens, system / "dev", system / "sys")
    assert not is_virtual("http://10.0.0.7/stream", system / "dev", system / "sys")


def test_a_video_device_that_tells_less_is_known_by_less(system: Path) -> None:
    assert hardware(0, system / "dev", system / "sys") == Identity(
        str(system / "dev/video0"), model="Integrated Camera"
    )
    assert hardware(7, system / "dev", system / "sys") == Identity(str(system / "dev/video7"))


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("http://admin:secret@10.0.0.7/stream?token=1", "http://10.0.0.7/stream"),
        ("pictures", "pictures"),
        ("/srv/film.avi", "/srv/film.avi"),
    ],
)
def test_anything_else_is_known_by_its_address(source: str, address: str) -> None:
    assert Camera(source).identity == Identity(address)


def test_a_camera_of_another_class_reports_the_faults_of_its_class(soon_silent: None, tmp_path: Path) -> None:
    camera = Camera(str(tmp_path), name="desk", device_class="document_camera")
    assert (camera.name, camera.capabilities.device_class) == ("desk", "document_camera")
    with running(camera):
        until(lambda: found(camera.status) == (DeviceState.DISCONNECTED, ["document_camera.disconnected"]), "the fault")
    dark = Camera(str(film(tmp_path / "dark.avi", [0] * 5)), device_class="document_camera")
    with running(dark):
        until(lambda: found(dark.status) == (DeviceState.ATTENTION, ["document_camera.black"]), "the dark")
    assert Camera(0).name == "camera"


def test_pictures_openings_and_losses_are_counted(simulator: CameraSimulator) -> None:
    camera = Camera(simulator.address)
    assert camera.counters == {"frames": 0, "reopened": 0, "failures": 0}
    with running(camera) as watcher:
        watcher.wait_for(3)
        simulator.verbs["unplug"](seconds=0.3)
        until(lambda: camera.counters["reopened"] > 1, "another opening")
        seen = len(watcher.frames)
        watcher.wait_for(seen + 3)
    counted = camera.counters
    assert counted["frames"] >= seen + 3
    assert counted["failures"] >= 1
