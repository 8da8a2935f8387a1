"""A kiosk in a process of its own, with its real screen; run by test_nothing_survives.py.

It is told what a finger does as lines of JSON and answers each with one. What is typed comes a character at a time,
so that nothing whole is here that the kiosk itself does not hold.
"""

from __future__ import annotations

import gc
import json
import logging
import queue
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

from PySide6.QtCore import QMetaType, QSize
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtQuick import QQuickItem

from assembly import catalogue_for, now
from assembly.machine import machine
from drivers.camera.camera import Frame
from drivers.id_reader.record import IdRecord
from kiosk.identity.events import FaceVerdict
from kiosk.settings import load_settings
from kiosk.terminal import Terminal
from kiosk.visit.events import PageTaken, Proof, Signed, Submit
from kiosk.visit.visit import Visit
from ui.application import Application
from ui.finger import Finger, let_live
from ui.models.camera import CameraPictures

# What is about somebody, wherever it may still be.
PERSONAL = (Visit, IdRecord, Proof, PageTaken, Signed, Submit, FaceVerdict, Frame)
PATIENCE = 60.0


class Kiosk:
    """What the lines of JSON ask of the screen and of the memory behind it."""

    def __init__(self, screen: Application, terminal: Terminal, finger: Finger, content: QQuickItem) -> None:
        self.screen, self.terminal, self.finger, self.content = screen, terminal, finger, content

    def at(self) -> str:
        """The page that stands, what stands on it, and the problem it has."""
        view = self.terminal.view()
        if view is None:
            return "home"
        state = getattr(view.body, "state", "")
        return f"{view.step_id} {state} {view.problem.code if view.problem else ''}".strip()

    def tap(self, name: str) -> None:
        self.finger.tap(name)

    def until(self, *pages: str) -> None:
        if not self.finger.wait_until(lambda: any(self.at().startswith(page) for page in pages), PATIENCE):
            raise RuntimeError(f"waited in vain for {' or '.join(pages)}")

    def picture(self) -> None:
        """Until the document camera shows something."""
        if not self.finger.wait_until(lambda: self.terminal.frame("document") is not None, PATIENCE):
            raise RuntimeError("no picture of the desk")
        self.finger.settle()

    def open(self, name: str) -> None:
        self.finger.tap(name)
        self.finger._wait_for_keyboard(wanted=True)
        for _ in range(len(self.finger._typed(name))):
            self.finger._tap_key("删除")

    def key(self, character: str) -> None:
        if character.isascii():
            self.finger._type(character)
        else:
            self.finger._commit(character)

    def close(self) -> None:
        self.finger.put_keyboard_away()

    def draw(self, name: str) -> None:
        self.finger.draw(name, [[(0.2 + part / 50, 0.5) for part in range(30)]])

    def hold(self, name: str) -> None:
        """Lay a finger on a mask for a moment."""
        self.finger.wait_for(name, PATIENCE)
        self.finger.tap(name)

    # -- what is left -------------------------------------------------------------------

    def alive(self) -> Mapping[str, int]:
        """How many objects there are of each class that is about somebody."""
        gc.collect()
        everything = gc.get_objects()
        found = {kind.__name__: sum(isinstance(one, kind) for one in everything) for kind in PERSONAL}
        return {name: count for name, count in found.items() if count}

    def search(self, *planted: str) -> list[str]:
        """Where one of ``planted`` still is: on the glass, in a model, on the clipboard, in any Python object."""
        return sorted(set(self._found(planted)))

    def _found(self, planted: tuple[str, ...]) -> Iterator[str]:
        session = self.screen.session
        assert session is not None
        for name in ("view", "home", "attract"):
            if _among(planted, json.dumps(session.property(name), ensure_ascii=False, default=str)):
                yield f"the model's {name}"
        waiting = [self.content]
        while waiting:
            item = waiting.pop()
            waiting += item.childItems()  # also what is not shown now
            meta = item.metaObject()
            for one in (meta.property(place) for place in range(meta.propertyCount())):
                value = one.read(item) if one.metaType().id() == QMetaType.Type.QString.value else ""
                if _among(planted, str(value)):
                    yield f"a property of {meta.className()}"
        clipboard = QGuiApplication.clipboard()
        for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
            if _among(planted, clipboard.text(mode)):
                yield "the clipboard"
        for provider in ("face/1", "document/1", "card/1"):
            if CameraPictures(self.terminal.frame).requestImage(provider, QSize(), QSize(200, 200)).width() > 1:
                yield f"the picture {provider}"
        yield from _held(planted)


def _held(planted: tuple[str, ...]) -> Iterator[str]:
    """Every Python object that holds one of ``planted``, however deep."""
    gc.collect()
    waiting: list[Any] = [one for one in gc.get_objects() if one is not planted]
    here = threading.get_ident()
    for thread, innermost in sys._current_frames().items():  # what a thread that waits holds in its hands
        frame: FrameType | None = innermost if thread != here else None
        while frame is not None:
            waiting.append(frame)
            frame = frame.f_back
    seen = {id(planted), id(waiting)}
    while waiting:
        holder = waiting.pop()
        if id(holder) in seen:
            continue
        seen.add(id(holder))
        for value in gc.get_referents(holder):
            if isinstance(value, str | bytes | bytearray):
                if not any(value is one for one in planted) and _among(planted, *_words_of(value)):
                    yield f"a {type(holder).__module__}.{type(holder).__qualname__}"
            elif id(value) not in seen:
                waiting.append(value)


def _words_of(value: str | bytes | bytearray) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(bytes(value).decode(form, "replace") for form in ("utf-8", "gb18030", "utf-16-le"))


def _among(planted: tuple[str, ...], *words: str) -> bool:
    return any(one in said for one in planted for said in words)


def main(*words: str) -> None:
    """Serve until the lines end."""
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    asked: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin:
            asked.put(line)
        asked.put(None)

    threading.Thread(target=listen, daemon=True).start()
    screen = Application()
    settings = load_settings(Path("config/kiosk.toml"), list(words))
    with ExitStack() as stack:
        terminal = stack.enter_context(machine(settings, catalogue_for(settings), screen.soon))
        window = screen.show(terminal, settings, now)
        stack.callback(screen.close)
        kiosk = Kiosk(screen, terminal, Finger(window), window.contentItem())
        while True:
            let_live(10)
            if asked.empty():
                continue
            line = asked.get()
            if line is None:
                return
            what, *how = json.loads(line)
            act: Callable[..., Any] = getattr(kiosk, what)
            try:
                answer = {"said": act(*how), "at": kiosk.at()}
            except Exception as error:  # noqa: BLE001  the test raises it
                answer = {"error": f"{type(error).__name__}: {error}", "at": kiosk.at()}
            del line, how
            print(json.dumps(answer), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
