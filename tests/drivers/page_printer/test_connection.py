"""IPP over HTTP: servers that are good, slow, wrong, gone, and those whose certificate has changed."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from drivers.page_printer.connection import Connection, HttpRefused
from drivers.page_printer.protocol import (
    Group,
    GroupTag,
    IppError,
    Message,
    Operation,
    Status,
    Tag,
    attribute,
    decode,
    encode,
    request,
)
from drivers.transport import TransportLost, TransportTimeout

PATIENCE = 20.0
Conversation = Callable[[socket.socket], object]


def asked(line: socket.socket) -> Message | None:
    """The next request on ``line``; None when the other side hung up."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split()[0])
    while len(body) < length:
        body += line.recv(65536)
    return decode(body)


def told(number: int, words: str = "idle") -> bytes:
    return encode(Message(Status.OK, number, (Group(GroupTag.PRINTER, (attribute(Tag.TEXT, "said", words),)),)))


def http(body: bytes, status: str = "200 OK", kind: str = "application/ipp", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\n\r\n".encode() + body


def answering(make: Callable[[int], bytes]) -> Conversation:
    """Answers each request with what ``make`` has for its number."""

    def conversation(line: socket.socket) -> None:
        while (message := asked(line)) is not None:
            line.sendall(make(message.number))

    return conversation


@contextmanager
def server(*conversations: Conversation, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Takes one connection for each conversation, the last one serves all that follow; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        waiting = list(conversations)

        def serve() -> None:
            while True:
                try:
                    line, _ = listener.accept()
                except OSError:
                    return
                conversation = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                with line:
                    line.settimeout(PATIENCE)
                    try:
                        if context is not None:
                            with context.wrap_socket(line, server_side=True) as encrypted:
                                conversation(encrypted)
                        else:
                            conversation(line)
                    except OSError:
                        pass  # the other side hung up

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(PATIENCE)
    assert not thread.is_alive()


@contextmanager
def connected(port: int, scheme: str = "ipp") -> Iterator[Connection]:
    connection = Connection(f"{scheme}://127.0.0.1:{port}/ipp/print")
    try:
        yield connection
    finally:
        connection.close()


def ask(connection: Connection, number: int = 1, seconds: float = PATIENCE, document: bytes = b"") -> str:
    question = request(Operation.GET_PRINTER_ATTRIBUTES, number, connection.uri, "kiosk", document=document)
    return connection.ask(question, seconds).first(GroupTag.PRINTER).word("said")


# -- addresses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        ("ipp://printer/ipp/print", "ipp://printer:631/ipp/print"),
        ("ipps://10.0.0.7:8631/printers/A4", "ipps://10.0.0.7:8631/printers/A4"),
        ("ipp://[fe80::1]/x", "ipp://[fe80::1]:631/x"),
        ("ipp://printer", "ipp://printer:631/"),
    ],
)
def test_an_address_is_made_whole(url: str, uri: str) -> None:
    assert Connection(url).uri == uri


@pytest.mark.parametrize(
    "url", ["", "printer", "http://printer/", "ipp:///print", "ipp://me:secret@printer/", "ipp://a:x/"]
)
def test_any_other_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="ipp://host:631/path") as caught:
        Connection(url)
    assert "secret" not in str(caught.value)


# -- good servers --------------------------------------------------------------------------


def test_one_connection_serves_many_requests() -> None:
    connections = []

    def counted(line: socket.socket) -> None:
        connections.append(line)
        answering(lambda number: http(told(number, f"n{number}")))(line)

    with server(counted) as port, connected(port) as connection:
        assert [ask(connection, number) for number in (1, 2, 3)] == ["n1", "n2", "n3"]
    assert len(connections) == 1


def test_an_answer_in_chunks_is_an_answer() -> None:
    def chunked(number: int) -> bytes:
        body = told(number)
        parts = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (body[:5], body[5:]))
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nTransfer-Encoding: chunked\r\n\r\n"
        return head + parts + b"0\r\n\r\n"

    with server(answering(chunked)) as port, connected(port) as connection:
        assert [ask(connection, number) for number in (1, 2)] == ["idle", "idle"]


def test_a_server_that_hangs_up_after_each_answer_is_asked_again() -> None:
    def once(line: socket.socket) -> None:
        message = asked(line)
        assert message is not None
        line.sendall(http(told(message.number)))

    with server(once) as port, connected(port) as connection:
        assert [ask(connection, number) for number in (1, 2, 3)] == ["idle"] * 3


def test_a_server_that_hangs_up_on_the_next_request_is_asked_again_at_once() -> None:
    def tired(line: socket.socket) -> None:
        message = asked(line)
        assert message is not None
        line.sendall(http(told(message.number)))
        asked(line)  # and hang up without a word

    with server(tired, answering(lambda number: http(told(number, "fresh")))) as port, connected(port) as connection:
        assert ask(connection, 1) == "idle"
        assert ask(connection, 2) == "fresh"


def test_a_document_never_goes_over_a_connection_that_was_used_before() -> None:
    with (
        server(
            answering(lambda number: http(told(number, "old"))), answering(lambda number: http(told(number, "new")))
        ) as port,
        connected(port) as connection,
    ):
        assert ask(connection, 1) == "old"
        assert ask(connection, 2, document=b"%PDF") == "new"


# -- servers that are none -----------------------------------------------------------------


def lost(port: int, seconds: float = PATIENCE) -> None:
    with connected(port) as connection, pytest.raises(TransportLost):
        ask(connection, seconds=seconds)


def test_nobody_there_is_lost() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    lost(port)


def test_a_server_that_hangs_up_instead_of_answering_is_lost() -> None:
    with server(asked) as port:
        lost(port)


def test_a_server_that_says_nothing_is_silent() -> None:
    with server(lambda line: line.recv(1 << 20) and line.recv(1)) as port, connected(port) as connection:
        began = time.monotonic()
        with pytest.raises(TransportTimeout):
            ask(connection, seconds=0.2)
        assert time.monotonic() - began < PATIENCE / 2


def test_an_answer_that_drips_for_ever_ends_at_the_deadline() -> None:
    def dripping(line: socket.socket) -> None:
        asked(line)
        line.sendall(http(b"", length=1 << 20))
        while True:
            line.sendall(b"x")
            time.sleep(0.02)

    with server(dripping) as port, connected(port) as connection:
        began = time.monotonic()
        with pytest.raises(TransportTimeout):
            ask(connection, seconds=0.3)
        assert time.monotonic() - began < PATIENCE / 2


@pytest.mark.parametrize(
    ("reason", "answer"),
    [
        ("no HTTP", lambda _: b"\x00\xff\x55" + http(b"")),
        ("no HTTP", lambda _: b"220 mail server\r\n"),
        ("not IPP", lambda number: http(told(number), kind="text/html")),
        ("breaks off", lambda number: http(told(number)[:-3])),
        ("another request", lambda number: http(told(number + 1))),
        ("without an end", lambda _: http(bytes(5 << 20))),
    ],
)
def test_nonsense_is_told_from_silence(reason: str, answer: Callable[[int], bytes]) -> None:
    with server(answering(answer)) as port, connected(port) as connection, pytest.raises(IppError, match=reason):
        ask(connection)


@pytest.mark.parametrize("heard", [1, 5, 9, 20, 60, -40, -4, -1])
def test_a_line_that_is_cut_in_the_middle_of_an_answer_is_lost_and_the_answer_no_nonsense(heard: int) -> None:
    def cut(line: socket.socket) -> None:
        message = asked(line)
        assert message is not None
        line.sendall(http(told(message.number))[:heard])

    with server(cut) as port:
        lost(port)


@pytest.mark.parametrize("status", ["403 Forbidden", "401 Unauthorized", "404 Not Found", "426 Upgrade Required"])
def test_a_server_that_does_not_let_us_in_says_why(status: str) -> None:
    with (
        server(answering(lambda _: http(b"no", status, "text/plain"))) as port,
        connected(port) as connection,
        pytest.raises(HttpRefused, match=status) as caught,
    ):
        ask(connection)
    assert caught.value.status == int(status[:3])


@pytest.mark.parametrize("trouble", ["twice", "late"])
def test_what_was_said_too_much_or_too_late_is_not_taken_for_the_next_answer(trouble: str) -> None:
    def first(line: socket.socket) -> None:
        message = asked(line)
        assert message is not None
        if trouble == "late":
            time.sleep(0.4)
        line.sendall(http(told(message.number, "stale")) * (2 if trouble == "twice" else 1))
        asked(line)

    with server(first, answering(lambda number: http(told(number, "right")))) as port, connected(port) as connection:
        if trouble == "twice":
            assert ask(connection, 1) == "stale"
        else:
            with pytest.raises(TransportTimeout):
                ask(connection, 1, seconds=0.1)
        assert ask(connection, 2) == "right"


# -- certificates --------------------------------------------------------------------------


def context_for(folder: Path, name: str) -> ssl.SSLContext:
    """A printer that has signed its own certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=900))
        .not_valid_after(now - datetime.timedelta(days=1))  # a printer's clock and a printer's habits
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_a_certificate_is_believed_once_and_another_one_is_refused(tmp_path: Path) -> None:
    answer = answering(lambda number: http(told(number)))
    with server(answer, context=context_for(tmp_path, "first")) as port:
        connection = Connection(f"ipps://127.0.0.1:{port}/ipp/print")
        assert ask(connection, 1) == "idle"
        connection.close()
        assert ask(connection, 2) == "idle"
        connection.close()
    context = context_for(tmp_path, "second")
    with socket.create_server(("127.0.0.1", port)) as listener:

        def impostor() -> None:
            line, _ = listener.accept()
            try:
                with context.wrap_socket(line, server_side=True) as encrypted:
                    encrypted.recv(1)
            except OSError:
                pass  # turned away

        thread = threading.Thread(target=impostor, daemon=True)
        thread.start()
        with pytest.raises(HttpRefused, match="another certificate") as caught:
            ask(connection, 3)
        assert caught.value.status == 0
        thread.join(PATIENCE)


def test_a_server_that_does_not_encrypt_is_lost_to_one_who_wants_it() -> None:
    with (
        server(lambda line: line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port,
        connected(port, "ipps") as connection,
        pytest.raises(TransportLost),
    ):
        ask(connection, seconds=1.0)
