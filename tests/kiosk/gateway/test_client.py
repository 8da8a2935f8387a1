from __future__ import annotations

import base64
import json
import logging
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.store import Store
from kiosk.gateway import client as client_module
from kiosk.gateway.client import GatewayClient, GatewayRefused, GatewayUnreachable
from kiosk.gateway.contract import Attachment, CodeRequest, ProblemCode, Question, Stage, ticket_for
from tests.backoffice.running import Running, Wire, until
from tests.backoffice.samples import NUMBER, PERSONAL, PHONE, application

Script = Callable[[socket.socket], object]


def answering(head: str, body: bytes = b"") -> Script:
    return lambda connection: connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)


def trickling(start: bytes) -> Script:
    """Sends ``start``, then a byte at a time for as long as anybody listens."""

    def script(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(b"a")
            time.sleep(0.02)

    return script


def silent(connection: socket.socket) -> None:
    connection.settimeout(30)
    connection.recv(1)


def test_a_back_office_that_is_there_says_so(client: GatewayClient) -> None:
    assert client.health().status == "ok"


def test_an_application_gets_a_reference_number(client: GatewayClient, store: Store) -> None:
    sent = application()
    acceptance = client.submit(sent)
    assert acceptance.ticket == sent.ticket
    assert acceptance.stage is Stage.RECEIVED
    assert not acceptance.duplicate
    assert [row.reference_number for row in store.listing()] == [acceptance.reference_number]


def test_an_application_sent_twice_has_one_number(client: GatewayClient, store: Store) -> None:
    sent = application()
    first, second = client.submit(sent), client.submit(sent)
    assert second == first.model_copy(update={"duplicate": True})
    assert len(store.listing()) == 1


def test_another_application_under_the_same_key_is_refused(client: GatewayClient) -> None:
    key = uuid4()
    client.submit(application(key))
    with pytest.raises(GatewayRefused) as refused:
        client.submit(application(key, item="JT-01"))
    assert refused.value.problem.code is ProblemCode.CONFLICT


def test_a_ticket_leads_to_the_number(client: GatewayClient) -> None:
    acceptance = client.submit(application())
    found = client.ticket(acceptance.ticket)
    assert found is not None
    assert found.reference_number == acceptance.reference_number


def test_a_ticket_that_never_arrived_leads_nowhere(client: GatewayClient) -> None:
    assert client.ticket(ticket_for(uuid4())) is None


def test_what_is_no_ticket_is_not_even_asked_for() -> None:
    with Wire(silent) as wire:
        client = GatewayClient(wire.url)
        assert client.ticket("../health") is None
        assert wire.connections == 0


def test_a_code_is_sent_and_checked(client: GatewayClient, store: Store) -> None:
    store.register_phone(NUMBER, PHONE)
    sent = client.send_code(CodeRequest(number=NUMBER, language="zh"))
    assert sent.phone == "139****0001"
    code = next(word for word in store.texts()[0].words.split() if word[:6].isdigit())[:6]
    wrong = "000000" if code != "000000" else "000001"
    assert client.check_code(sent.code_id, wrong).model_dump() == {"right": False, "tries_left": 4}
    assert client.check_code(sent.code_id, code).right


def test_no_phone_on_file_is_a_refusal(client: GatewayClient) -> None:
    with pytest.raises(GatewayRefused) as refused:
        client.send_code(CodeRequest(number=NUMBER, language="zh"))
    assert refused.value.problem.code is ProblemCode.CODE_NO_NUMBER


def test_an_application_larger_than_any_is_refused_before_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MOST_BYTES", 1000)
    with Wire(silent) as wire, pytest.raises(GatewayRefused) as refused:
        GatewayClient(wire.url).submit(application())
    assert refused.value.problem.code is ProblemCode.TOO_LARGE
    assert wire.connections == 0


def test_nobody_listening_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(GatewayUnreachable, match=r"^connection refused$"):
        GatewayClient(url).health()


PROBLEM = json.dumps({"title": "no", "status": 409, "code": "conflict"}).encode()
PNG = b"\x89PNG\r\n\x1a\n"


def picture(png: bytes = PNG) -> dict[str, object]:
    return {"words": {"zh": "车辆在路口内", "en": "The car is in the junction"}, "png": base64.b64encode(png).decode()}


CHUNKED = "HTTP/1.1 200 OK\nContent-Type: application/json\nTransfer-Encoding: chunked"


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"outcome": "found", "rows": [{"name": "x"}]}, id="a row without a key"),
        pytest.param({"outcome": "found", "rows": [{"key": "1"}, {"key": "1"}]}, id="two rows with one key"),
        pytest.param({"outcome": "denied"}, id="a denial without a word"),
        pytest.param({"outcome": "perhaps"}, id="an outcome nobody knows"),
        pytest.param({"outcome": "found", "pictures": [picture()] * 4}, id="too many pictures"),
        pytest.param({"outcome": "found", "pictures": [picture(b"\xff\xd8\xff\xe0")]}, id="a picture that is no PNG"),
        pytest.param({"outcome": "found", "pictures": [picture(PNG + bytes(96 * 1024))]}, id="a picture too large"),
        pytest.param({"outcome": "found", "facts": {"Some Name": "x"}}, id="a fact with a name of its own"),
    ],
)
def test_what_a_department_may_not_say_is_no_answer(said: dict[str, object]) -> None:
    answer = answering("HTTP/1.1 200 OK\nContent-Type: application/json", json.dumps(said).encode())
    question = Question(item="JT-02", station="XM-0001", asked={"plate": "闽D00001"})
    with Wire(answer) as wire:
        client = GatewayClient(wire.url, connect_seconds=1, read_seconds=2)
        with pytest.raises(GatewayUnreachable, match=r"^answer not of the contract$"):
            client.ask("transport.records", question)


@pytest.mark.parametrize(
    ("script", "why"),
    [
        pytest.param(answering("HTTP/1.1 500 X\nContent-Length: 0"), "HTTP 500", id="500"),
        pytest.param(answering("HTTP/1.1 503 X\nContent-Length: 0"), "HTTP 503", id="503"),
        pytest.param(answering("HTTP/1.1 429 X\nContent-Length: 0"), "HTTP 429", id="429 of a proxy"),
        pytest.param(answering("HTTP/1.1 408 X\nContent-Length: 0"), "HTTP 408", id="408"),
        pytest.param(answering("HTTP/1.1 404 X\nContent-Length: 0"), "HTTP 404", id="404 of somebody else"),
        pytest.param(answering("HTTP/1.1 204 X"), "HTTP 204", id="no content"),
        pytest.param(
            answering("HTTP/1.1 500 X\nContent-Type: application/problem+json", PROBLEM), "HTTP 500", id="500 + problem"
        ),
        pytest.param(
            answering("HTTP/1.1 503 X\nContent-Type: application/problem+json", PROBLEM), "HTTP 503", id="503 + problem"
        ),
        pytest.param(
            answering("HTTP/1.1 409 X\nContent-Type: application/json", PROBLEM), "HTTP 409", id="problem as plain JSON"
        ),
        pytest.param(
            answering("HTTP/1.1 409 X\nContent-Type: application/problem+json", b'{"title": "no"}'),
            "answer not of the contract",
            id="problem without a code",
        ),
        pytest.param(answering("HTTP/1.1 200 OK", b"<html>"), "answer not of the contract", id="not JSON"),
        pytest.param(answering("HTTP/1.1 200 OK", b"{}"), "answer not of the contract", id="JSON of something else"),
        pytest.param(answering("HTTP/1.1 200 OK\nContent-Length: 99", b'{"ref'), "connection broken", id="half"),
        pytest.param(answering(CHUNKED, b'5\r\n{"ref\r\n'), "connection broken", id="half, in chunks"),
        pytest.param(lambda connection: None, "connection broken", id="hung up"),
        pytest.param(lambda connection: connection.sendall(b"\x00\xff\r\n\r\n"), "connection broken", id="no HTTP"),
        pytest.param(answering("HTTP/1.1 200 OK", b" " * 300_000), "answer too long", id="endless, quick"),
        pytest.param(silent, "timeout", id="silent"),
        pytest.param(trickling(b"HTTP/1.1 200 OK\r\n"), "timeout", id="trickling header"),
        pytest.param(trickling(b"HTTP/1.1 200 OK\r\n\r\n"), "timeout", id="trickling body"),
        pytest.param(
            trickling(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"), "timeout", id="trickling, of known length"
        ),
    ],
)
@pytest.mark.may_warn("urllib3.connection: Failed to parse headers")
def test_what_is_no_answer_of_the_contract_leaves_the_application_to_be_sent_again(script: Script, why: str) -> None:
    with Wire(script) as wire:
        client = GatewayClient(wire.url, connect_seconds=0.5, read_seconds=0.5)
        with pytest.raises(GatewayUnreachable, match=f"^{why}$"):
            client.submit(application())
        assert wire.connections == 1


def test_a_back_office_that_reads_nothing_is_given_up() -> None:
    # More than the buffers of both ends hold.
    pages = tuple(Attachment.of(f"page_{number}", "image/jpeg", bytes(4 * 1024 * 1024)) for number in range(3))
    given_up = threading.Event()
    with Wire(lambda _: given_up.wait(30), reads=False) as wire:
        client = GatewayClient(wire.url, connect_seconds=0.5, read_seconds=0.5)
        with pytest.raises(GatewayUnreachable, match=r"^timeout$"):
            client.submit(application(attachments=pages))
        given_up.set()


def test_a_greeting_that_trickles_before_tls_is_given_up() -> None:
    with Wire(trickling(b"\x16\x03\x03\x40\x00"), reads=False) as wire:
        client = GatewayClient(f"https://{wire.address}", connect_seconds=0.5, read_seconds=0.5)
        with pytest.raises(GatewayUnreachable, match=r"^timeout$"):
            client.health()


def test_a_slow_line_that_moves_is_not_given_up() -> None:
    pages = tuple(Attachment.of(f"page_{number}", "image/jpeg", bytes(4 * 1024 * 1024)) for number in range(2))
    # Sending takes at least twice as long as the longest wait for one block.
    with Wire(answering("HTTP/1.1 500 X\nContent-Length: 0"), bytes_a_second=5_000_000) as wire:
        client = GatewayClient(wire.url, connect_seconds=1, read_seconds=5)
        with pytest.raises(GatewayUnreachable, match=r"^HTTP 500$"):
            client.submit(application(attachments=pages))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + signed.public_bytes(Encoding.PEM))
    return path


def over_tls(certificate: Path, script: Script) -> Script:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def secured(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(65536)
            script(secure)

    return secured


HEALTHY = answering("HTTP/1.1 200 OK\nContent-Length: 15", b'{"status":"ok"}')


def test_a_certificate_that_the_machine_trusts_is_trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Wire(over_tls(certificate, HEALTHY), reads=False) as wire:
        assert GatewayClient(f"https://{wire.address}").health().status == "ok"


def test_a_certificate_that_nobody_vouches_for_gets_no_application(certificate: Path) -> None:
    office = Wire(over_tls(certificate, HEALTHY), reads=False)
    with office, pytest.raises(GatewayUnreachable, match=r"^no secure connection$"):
        GatewayClient(f"https://{office.address}").submit(application())


def test_an_answer_that_trickles_over_tls_is_given_up(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    office = Wire(over_tls(certificate, trickling(b"HTTP/1.1 200 OK\r\n\r\n")), reads=False)
    with office, pytest.raises(GatewayUnreachable, match=r"^timeout$"):
        GatewayClient(f"https://{office.address}", connect_seconds=0.5, read_seconds=0.5).health()


def test_a_redirect_is_not_followed() -> None:
    with Wire(silent) as elsewhere:
        redirect = answering(f"HTTP/1.1 307 X\nLocation: {elsewhere.url}/\nContent-Length: 0")
        with Wire(redirect) as wire, pytest.raises(GatewayUnreachable, match=r"^HTTP 307$"):
            GatewayClient(wire.url).submit(application())
        assert elsewhere.connections == 0


def test_an_answer_about_another_application_is_none() -> None:
    body = {
        "reference_number": "JT02-20261123-00001-X",
        "ticket": ticket_for(uuid4()),
        "stage": "received",
        "accepted_at": "2026-11-23T00:00:00Z",
        "duplicate": False,
    }
    answer = answering("HTTP/1.1 201 X\nContent-Type: application/json", json.dumps(body).encode())
    with Wire(answer) as wire, pytest.raises(GatewayUnreachable, match=r"^answer about another ticket$"):
        GatewayClient(wire.url).submit(application())


def test_a_proxy_of_the_environment_is_not_asked(office: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    with Wire(silent) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        assert GatewayClient(office.url).health().status == "ok"
        assert proxy.connections == 0


def test_closing_ends_a_call_under_way_and_every_later_one() -> None:
    with Wire(silent) as wire, ThreadPoolExecutor(1) as pool:
        client = GatewayClient(wire.url, read_seconds=60)
        call = pool.submit(client.health)
        until(lambda: wire.connections)
        client.close()
        with pytest.raises(GatewayUnreachable, match=r"^closed$"):
            call.result(10)
        with pytest.raises(GatewayUnreachable, match=r"^closed$"):
            client.health()


def test_many_threads_share_one_client(client: GatewayClient, store: Store) -> None:
    with ThreadPoolExecutor(10) as pool:
        numbers = [done.reference_number for done in pool.map(client.submit, [application() for _ in range(30)])]
    assert len(set(numbers)) == 30
    assert {row.reference_number for row in store.listing()} == set(numbers)


def test_no_call_leaves_a_thread_behind(client: GatewayClient) -> None:
    client.health()
    until(lambda: not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)])


@pytest.mark.parametrize("script", [answering("HTTP/1.1 500 X\nContent-Length: 0"), answering("HTTP/1.1 200 OK", b"?")])
def test_errors_and_logs_hold_nothing_personal(script: Script, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Wire(script) as wire, pytest.raises(GatewayUnreachable) as failed:
        GatewayClient(wire.url).submit(application())
    told = "".join(traceback.format_exception(failed.value)) + caplog.text
    assert not [datum for datum in PERSONAL if datum in told]


class Saying:
    """A server that says whatever it was last told to."""

    def __init__(self) -> None:
        self.answer = b""

    def __call__(self, connection: socket.socket) -> None:
        connection.sendall(self.answer)


@pytest.fixture(scope="module")
def saying() -> Saying:
    return Saying()


_HEADS = (b"", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 409 X\r\nContent-Type: application/problem+json\r\n\r\n")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(head=st.sampled_from(_HEADS), noise=st.binary(max_size=300))
def test_no_answer_whatsoever_fails_in_another_way(saying: Saying, head: bytes, noise: bytes) -> None:
    saying.answer = head + noise
    with Wire(saying) as wire, pytest.raises((GatewayUnreachable, GatewayRefused)):
        GatewayClient(wire.url, connect_seconds=2, read_seconds=2).check_code("abcdefgh", "123456")
