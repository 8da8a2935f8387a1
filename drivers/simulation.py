"""What every simulator shares: a control socket by which another process plays the world.

A simulator speaks its device's own protocol on one address. On a second
address it takes JSON lines such as ``{"do": "place", "person": "lin"}`` and
answers each with ``{"ok": true, …}`` or ``{"ok": false, "error": "…"}``.

Every simulator knows ``state``, ``unplug``, ``plug``, ``fault`` and ``clear``;
beyond these each has the verbs of its own kind. ``arm`` lets any of them wait
for its turn and undoes it afterwards, see :class:`Armoury`:
``{"do": "arm", "deed": {"jam": {"on": true}}, "undo": {"jam": {"on": false}}, "after": 3, "seconds": 5}``.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import logging
import os
import select
import signal
import socket
import socketserver
import subprocess
import termios
import threading
import time
import tty
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from drivers.injection import Deed, Injector

log = logging.getLogger("drivers.simulation")

Json = Any
Verb = Callable[..., Mapping[str, Json] | None]


Deeds = Mapping[str, Mapping[str, Json]]  # verbs and their named arguments, one after another

STANDS_SECONDS = 5.0  # what is undone stands so long, unless somebody knows better


class Armoury:
    """Adds ``arm`` to a simulator's verbs: what can happen to it happens when its turn has come, and clears itself.

    Turns are those of the wire's faults, so ``fault`` takes them: it lets ``after`` messages pass and happens at
    ``count`` of those that follow (0: until it is cleared), each with ``probability``. With an ``undo`` it stands for
    ``seconds`` each time, and is undone. ``clear`` ends what waits and undoes what stands.
    """

    def __init__(self, verbs: Mapping[str, Verb]) -> None:
        self._own = verbs
        self._armed: tuple[_Armed, ...] = ()

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """The simulator's, with ``arm``."""
        return {**self._own, "arm": self.arm, "clear": self.clear}

    def arm(
        self,
        deed: Deeds,
        undo: Deeds | None = None,
        *,
        after: int = 0,
        count: int = 1,
        probability: float = 1.0,
        seconds: float | None = None,
    ) -> None:
        """Let ``deed`` wait for its turn. Raises ValueError, TypeError for what this simulator cannot do."""
        if not deed or (seconds is not None and not undo):
            raise ValueError("there is no deed, or no undo that could end it after so many seconds")
        for verb, arguments in (*deed.items(), *(undo or {}).items()):
            if verb not in self._own:
                raise ValueError(f"no such verb: {verb}; there are {', '.join(sorted(self._own))}")
            inspect.signature(self._own[verb]).bind(**arguments)
        long = float(STANDS_SECONDS if seconds is None else seconds) if undo else 0.0
        armed = _Armed(self._own, deed, undo or {}, int(after), int(count), float(probability), long)
        self._own["fault"](kind=armed.kind, deed=armed)
        self._armed = (*(one for one in self._armed if one.standing or not one.used_up), armed)

    def clear(self) -> None:
        """End every fault that waits, and undo what stands."""
        self._own["clear"]()
        self.stop()

    def stop(self) -> None:
        """Undo what stands."""
        armed, self._armed = self._armed, ()
        for one in armed:
            one.end()


class _Armed(Deed):
    """Deeds that wait. Each time they happen they do so on a thread of their own: a simulator may hold its lock."""

    def __init__(self, verbs: Mapping[str, Verb], deed: Deeds, undo: Deeds, *turn: Any) -> None:
        super().__init__(" ".join(_called(verb, arguments) for verb, arguments in deed.items()), *turn)
        self.check()
        self._verbs = verbs
        self._deed = deed
        self._undo = undo
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def standing(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def begin(self) -> None:
        if not self._ended.is_set():
            self._thread = threading.Thread(target=self._happen, name="deed", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Undo it now, if it stands, and let it not happen again."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(10.0)

    def _happen(self) -> None:
        self._carry_out(self._deed)
        if self._undo:
            self._ended.wait(self.seconds)
            self._carry_out(self._undo)

    def _carry_out(self, deeds: Deeds) -> None:
        for verb, arguments in deeds.items():
            try:
                self._verbs[verb](**arguments)
            except Exception:  # nobody is there to be told; what follows may be possible
                log.warning("%s was refused when its turn came", _called(verb, arguments), exc_info=True)


def _called(verb: str, arguments: Mapping[str, Json]) -> str:
    return f"{verb}({', '.join(f'{name}={value}' for name, value in arguments.items())})"


class ControlServer:
    """Serves verbs on TCP, with ``arm`` where faults can wait; each is called with the named arguments of its line."""

    def __init__(self, verbs: Mapping[str, Verb], host: str = "127.0.0.1", port: int = 0) -> None:
        self._armoury = Armoury(verbs) if "fault" in verbs else None
        if self._armoury is not None:
            verbs = self._armoury.verbs

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in self.rfile:
                    self.wfile.write(_answer(verbs, line) + b"\n")

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server((host, port), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="control", daemon=True
        )

    @property
    def address(self) -> str:
        """``host:port`` as bound."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving; what was armed and stands is undone."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()
        if self._armoury is not None:
            self._armoury.stop()


def _answer(verbs: Mapping[str, Verb], line: bytes) -> bytes:
    try:
        return json.dumps({"ok": True, **_carried_out(verbs, line)}).encode()
    except Exception as error:
        # Whatever a verb trips over, the one who asked hears of it and may go on.
        log.info("a verb was refused", exc_info=True)
        return json.dumps({"ok": False, "error": f"{type(error).__name__}: {error}"}).encode()


def _carried_out(verbs: Mapping[str, Verb], line: bytes) -> Mapping[str, Json]:
    request: dict[str, Json] = dict(json.loads(line))
    verb = str(request.pop("do"))
    if verb == "help":
        return {"verbs": sorted(verbs)}
    if verb not in verbs:
        raise ValueError(f"no such verb: {verb}; there are {', '.join(sorted(verbs))}")
    return verbs[verb](**request) or {}


class Control:
    """The other end: tells a simulator what happens to it."""

    def __init__(self, address: str, seconds: float = 5.0) -> None:
        host, _, port = address.rpartition(":")
        self._socket = socket.create_connection((host, int(port)), seconds)
        self._lines = self._socket.makefile("rb")
        self._lock = threading.Lock()  # one question at a time

    def do(self, verb: str, /, **arguments: Json) -> dict[str, Json]:
        """Ask for ``verb`` and return its answer. Raises RuntimeError when it is refused, OSError without an answer."""
        with self._lock:
            self._socket.sendall(json.dumps({"do": verb, **arguments}).encode() + b"\n")
            line = self._lines.readline()
        if not line:
            raise ConnectionError(f"the simulator hung up instead of answering {verb}")
        answer: dict[str, Json] = json.loads(line)
        if not answer.pop("ok"):
            raise RuntimeError(str(answer["error"]))
        return answer

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._socket.close()


class Wire:
    """What a simulator's host connects to: one host at a time, the newest wins."""

    address: str

    def receive(self, seconds: float) -> bytes | None:
        """What arrived within ``seconds``; None when a new conversation began."""
        raise NotImplementedError

    def send(self, data: bytes) -> None:
        """Hand bytes to whoever is connected; nobody is fine, too."""
        raise NotImplementedError

    def hang_up(self) -> None:
        """Break the connection."""
        raise NotImplementedError

    def unplug(self) -> None:
        """Break the connection; until the next ``receive`` nobody can connect."""
        self.hang_up()

    @property
    def host_speed(self) -> int | None:
        """The line speed in baud that the host has set; None where a wire has no speed."""
        return None

    def close(self) -> None:
        """Give the wire back."""
        raise NotImplementedError


class _Tcp(Wire):
    def __init__(self, listen: str) -> None:
        parts = urlsplit(listen)
        self._server = socket.create_server((parts.hostname or "127.0.0.1", parts.port or 0))
        self._bound = self._server.getsockname()[:2]
        self.address = f"tcp://{self._bound[0]!s}:{self._bound[1]}"
        self._host: socket.socket | None = None

    def receive(self, seconds: float) -> bytes | None:
        if self._server.fileno() < 0:  # unplugged until now
            self._server = socket.create_server(self._bound)
        waiting = [self._server] + ([self._host] if self._host else [])
        ready = select.select(waiting, [], [], seconds)[0]
        if self._server in ready:
            self.hang_up()
            self._host, _ = self._server.accept()
            self._host.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return None
        if self._host is not None and self._host in ready:
            try:
                data = self._host.recv(4096)
            except OSError:
                data = b""
            if not data:
                self.hang_up()
            return data
        return b""

    def send(self, data: bytes) -> None:
        if self._host is not None:
            try:
                self._host.sendall(data)
            except OSError:
                self.hang_up()

    def hang_up(self) -> None:
        if self._host is not None:
            self._host.close()
            self._host = None

    def unplug(self) -> None:
        self._server.close()  # or the system would go on taking connections by itself
        self.hang_up()

    def close(self) -> None:
        self.unplug()


_SPEEDS = (9600, 19200, 38400, 57600, 115200)


class _Pty(Wire):
    def __init__(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.address = os.ttyname(self._slave)

    def receive(self, seconds: float) -> bytes | None:
        if not select.select([self._master], [], [], seconds)[0]:
            return b""
        return os.read(self._master, 4096)

    def send(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest and select.select([], [self._master], [], 0.5)[1]:
            rest = rest[os.write(self._master, rest) :]
        # What nobody takes is lost, as on a line.

    @property
    def host_speed(self) -> int | None:
        coded = termios.tcgetattr(self._slave)[5]
        return next((rate for rate in _SPEEDS if getattr(termios, f"B{rate}") == coded), None)

    def hang_up(self) -> None:
        """A pseudo-terminal has no cable; it falls silent instead."""
        with contextlib.suppress(OSError):
            if select.select([self._master], [], [], 0)[0]:
                os.read(self._master, 4096)

    def close(self) -> None:
        os.close(self._master)
        os.close(self._slave)


def wire_for(listen: str) -> Wire:
    """A pseudo-terminal for ``pty``, a TCP port for ``tcp://host:port`` (0: any free one)."""
    return _Pty() if listen == "pty" else _Tcp(listen)


class Simulator:
    """A device on the far side of a wire: one thread serves it, verbs happen to it.

    A simulator of its own kind says what :meth:`arrived` bytes do, answers with
    :meth:`send`, and adds its verbs and its state. Verbs come on other threads
    and hold ``lock``, as does the device's thread while it works.
    """

    def __init__(self, listen: str = "tcp://127.0.0.1:0", *, seed: int = 1) -> None:
        self.lock = threading.RLock()
        self._injector = Injector(seed)
        self._stopping = threading.Event()
        self._plug_at: float | None = 0.0  # 0: plugged; None: until somebody plugs it in
        self._wire = wire_for(listen)
        self._thread = threading.Thread(target=self._serve, name=type(self).__name__, daemon=True)

    @property
    def address(self) -> str:
        """Where a driver reaches it: a device path or ``tcp://host:port``."""
        return self._wire.address

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can happen to it."""
        return {
            "unplug": self.unplug,
            "plug": self.plug,
            "fault": self._injector.arm,
            "clear": self._injector.clear,
            "state": self.state,
        }

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Fall silent and close the wire."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(5.0)
        self._wire.close()

    def unplug(self, seconds: float | None = None) -> None:
        """Pull the cable, for so long or until somebody plugs it in."""
        self._plug_at = None if seconds is None else time.monotonic() + float(seconds)

    def plug(self) -> None:
        """Put the cable back."""
        self._plug_at = 0.0

    @property
    def plugged(self) -> bool:
        """Whether the cable is in."""
        return self._plug_at is not None and time.monotonic() >= self._plug_at

    def state(self) -> Mapping[str, Json]:
        """How it is; a simulator of its own kind adds to this."""
        return {"plugged": self.plugged, "armed": self._injector.armed(), "messages": self._injector.seen}

    # -- for a simulator of its own kind; called on the device's thread --------------------

    def arrived(self, data: bytes) -> None:
        """Bytes came in."""
        raise NotImplementedError

    def connected(self) -> None:
        """Another host, another conversation: forget what was half said."""

    def idle(self) -> None:
        """Called some twenty times a second, whether or not anything arrived; nobody holds the lock."""

    def send(self, message: bytes) -> None:
        """Answer, or speak up, with one whole message; what an armed fault leaves of it goes out."""
        passage = self._injector.strike(message)
        for pause, piece in passage.pieces:
            if self._stopping.wait(pause) or not self.plugged:
                return
            self.send_piece(piece)
        if passage.unplugged:
            self.unplug(passage.unplugged)

    def send_piece(self, piece: bytes) -> None:
        """Let bytes leave; a simulator that keeps a line's pace does it here."""
        self._wire.send(piece)

    def _serve(self) -> None:
        while not self._stopping.is_set():
            if not self.plugged:
                self._wire.unplug()
                self._stopping.wait(0.02)
                continue
            data = self._wire.receive(0.05)
            try:
                if data is None:
                    self.connected()
                elif data:
                    with self.lock:
                        self.arrived(data)
                self.idle()
            except Exception:
                log.exception("%s stumbled", type(self).__name__)


class Relay:
    """Stands before a real server and lets its answers pass through an injector: faults for what we did not write.

    ``target`` and ``listen`` are ``host:port``. What one read of the server brings counts as one message.
    """

    def __init__(self, target: str, listen: str = "127.0.0.1:0", *, seed: int = 1) -> None:
        host, _, port = target.rpartition(":")
        self._target = (host, int(port))
        host, _, port = listen.rpartition(":")
        self._bound = (host, int(port))
        self._injector = Injector(seed)
        self._stopping = threading.Event()
        self._plug_at: float | None = 0.0
        self._server: socket.socket | None = socket.create_server(self._bound)
        self._bound = self._server.getsockname()[:2]
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._accept, name="relay", daemon=True)

    @property
    def address(self) -> str:
        """``host:port`` as bound."""
        return f"{self._bound[0]}:{self._bound[1]}"

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can happen on the way."""
        return {
            "unplug": self.unplug,
            "plug": self.plug,
            "fault": self._injector.arm,
            "clear": self._injector.clear,
            "state": self.state,
        }

    def start(self) -> None:
        """Begin to relay."""
        self._thread.start()

    def stop(self) -> None:
        """Break every connection and let go of the port."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(5.0)
        self._break()

    def unplug(self, seconds: float | None = None) -> None:
        """Cut every connection and take no new one, for so long or until somebody plugs it in."""
        self._plug_at = None if seconds is None else time.monotonic() + float(seconds)

    def plug(self) -> None:
        """Let connections through again."""
        self._plug_at = 0.0

    @property
    def plugged(self) -> bool:
        """Whether anything gets through."""
        return self._plug_at is not None and time.monotonic() >= self._plug_at

    def state(self) -> Mapping[str, Json]:
        """Whether anything gets through, and the faults that wait."""
        return {"plugged": self.plugged, "armed": self._injector.armed(), "messages": self._injector.seen}

    def _accept(self) -> None:
        while not self._stopping.is_set():
            if not self.plugged:
                self._break()
                self._stopping.wait(0.02)
                continue
            if self._server is None:
                self._server = socket.create_server(self._bound)
            if not select.select([self._server], [], [], 0.05)[0]:
                continue
            near, _ = self._server.accept()
            try:
                far = socket.create_connection(self._target, 5.0)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pair = (near, far)
            with self._lock:
                self._pairs.add(pair)
            for source, sink, faulty in ((near, far, False), (far, near, True)):
                threading.Thread(
                    target=self._pass_on, args=(pair, source, sink, faulty), name="relay-way", daemon=True
                ).start()

    def _pass_on(
        self, pair: tuple[socket.socket, socket.socket], source: socket.socket, sink: socket.socket, faulty: bool
    ) -> None:
        try:
            while data := source.recv(65536):
                if not faulty:
                    sink.sendall(data)
                    continue
                passage = self._injector.strike(data)
                for pause, piece in passage.pieces:
                    if self._stopping.wait(pause):
                        return
                    sink.sendall(piece)
                if passage.unplugged:
                    self.unplug(passage.unplugged)
                    return  # or what the server says next would still get through
        except OSError:
            pass  # one end hung up; the other is told below
        finally:
            self._end(pair)

    def _end(self, pair: tuple[socket.socket, socket.socket]) -> None:
        with self._lock:
            if pair not in self._pairs:
                return
            self._pairs.remove(pair)
        for end in pair:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _break(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        with self._lock:
            pairs = list(self._pairs)
        for pair in pairs:
            self._end(pair)


ENDS_WITH_ITS_INPUT = "ENDS_WITH_ITS_INPUT"  # a variable that partners are started with


def end_with_the_input() -> None:
    """Where this process is somebody's partner: end, as by SIGTERM, when whoever started it is no more."""
    if ENDS_WITH_ITS_INPUT not in os.environ:
        return

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="input", daemon=True).start()


class Partner:
    """A program of its own that the kiosk talks to: a simulator, a back office.

    It prints one JSON line when it is ready: ``{"ready": <its address>, …}``. It
    ends with whoever started it, if it heeds :func:`end_with_the_input`.
    """

    def __init__(self, command: Sequence[str], seconds: float = 30.0) -> None:
        # Its input is a pipe that nobody writes to: it closes when this process ends, however it ends.
        surroundings = {**os.environ, ENDS_WITH_ITS_INPUT: "1"}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, env=surroundings)
        try:
            self.ready: dict[str, Json] = json.loads(self._first_line(time.monotonic() + seconds))
            self.address = str(self.ready["ready"])  # where it listens
        except (ValueError, LookupError, TypeError, TimeoutError) as error:
            self.stop()
            raise RuntimeError(f"{' '.join(command)} did not get ready: {error}") from error

    def stop(self, seconds: float = 5.0) -> None:
        """End it: kindly, then for good."""
        self._process.terminate()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _first_line(self, deadline: float) -> bytes:
        output = self._process.stdout
        assert output is not None
        line = b""
        while not line.endswith(b"\n"):
            left = deadline - time.monotonic()
            if not select.select([output], [], [], max(left, 0.0))[0]:
                raise TimeoutError("no word from it in time")
            piece = os.read(output.fileno(), 1)
            if not piece:
                raise ValueError("it ended without a word")
            line += piece
        return line
