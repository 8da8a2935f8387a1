"""The kiosk's end of the line: one HTTP request a call, each with an end in sight."""

from __future__ import annotations

import io
import math
import socket
import ssl
import threading
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import quote

import requests
import urllib3
from pydantic import BaseModel, TypeAdapter, ValidationError
from requests.adapters import HTTPAdapter

from kiosk.gateway.contract import (
    APP_CODES,
    APPLICATIONS,
    BOOKING,
    BOOKINGS,
    BUNDLES,
    CALL,
    CALLS,
    CARD_NUMBER,
    CARDS,
    CASES,
    CODE,
    CODES,
    DELIVERY,
    DEPARTMENTS,
    DOCUMENT_COPIES,
    DOCUMENTS,
    FACES,
    FAULT_REPORTS,
    FLEET,
    HEALTH,
    IDEMPOTENCY_KEY,
    MOST_BYTES,
    MOST_DOCUMENT_BYTES,
    OPERATIONS,
    ORDER,
    ORDERS,
    PROBLEM_TYPE,
    RATINGS,
    SLOTS,
    STATION,
    TICKET,
    Acceptance,
    Answer,
    AppCodeCheck,
    AppCodeResult,
    Application,
    Booking,
    BookingRequest,
    Bookings,
    BundleTaken,
    Call,
    CallRequest,
    CardWritten,
    Case,
    CodeCheck,
    CodeRequest,
    CodeResult,
    CodeSent,
    CopyRequest,
    CopySent,
    Delivery,
    DepartmentStates,
    Document,
    DocumentRequest,
    FaceAnswer,
    FaceQuestion,
    FaultReport,
    Fleet,
    Health,
    Noted,
    Order,
    OrderRequest,
    Problem,
    ProblemCode,
    Question,
    Rating,
    Slots,
    StationState,
    SupportBundle,
    Ticket,
)

AnswerT = TypeVar("AnswerT", bound=BaseModel)

# More than any answer of the contract holds.
MOST_ANSWER_BYTES = 256 * 1024
MOST_DOCUMENT_ANSWER_BYTES = MOST_DOCUMENT_BYTES * 4 // 3 + 4096
# The slowest line that still counts as one: what is sent has this much more time.
SLOWEST_BYTES_A_SECOND = 32 * 1024

# The status of a department that is away.
AWAY = 503

_TICKET: TypeAdapter[str] = TypeAdapter(Ticket)


class GatewayUnreachable(Exception):
    """The back office gave no answer of the contract. The same request may succeed later."""


class GatewayRefused(Exception):
    """The back office said no, for good."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code.value)
        self.problem = problem


class DepartmentAway(GatewayUnreachable):
    """The back office is there, the department behind it is not. The same request may succeed later."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code.value)
        self.problem = problem


class GatewayClient:
    """Talks to the back office at ``url``. Every method may be called on any thread and makes one attempt.

    A call ends after at most ``connect_seconds`` + ``read_seconds`` (and a
    second more for every SLOWEST_BYTES_A_SECOND it sends, but never after more
    than ``most_seconds``), even when the other side trickles. Looking up the host's name comes before that and has the
    limits of the machine's resolver.

    Every method raises GatewayUnreachable or GatewayRefused. Neither they nor
    anything logged hold more than a host, a status, a ticket or a code's id.

    Proxies and passwords of the environment (``HTTP_PROXY``, ``.netrc``) are not
    looked at: where citizens' data goes stands in the settings alone. Servers
    are trusted by the machine's own certificates and certifi's.
    """

    def __init__(
        self, url: str, *, connect_seconds: float = 3, read_seconds: float = 8, most_seconds: float = math.inf
    ) -> None:
        self._url = url.rstrip("/")
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        self._most_seconds = most_seconds
        self._tls = ssl.create_default_context()
        self._lock = threading.Lock()
        self._calls: set[_Call] = set()
        self._closed = False

    def health(self) -> Health:
        """Ask whether the back office is there."""
        return self._get(HEALTH, Health)

    def submit(self, application: Application) -> Acceptance:
        """Hand in an application. To be repeated with the same application until there is an answer."""
        body = application.model_dump_json().encode()
        if len(body) > MOST_BYTES:
            # A server hangs up on such a body, which would look like a broken line for ever.
            raise GatewayRefused(Problem(title="too large", status=413, code=ProblemCode.TOO_LARGE))
        key = {IDEMPOTENCY_KEY: str(application.idempotency_key)}
        acceptance = self._call("POST", APPLICATIONS, Acceptance, body, key)
        if acceptance.ticket != application.ticket:
            raise GatewayUnreachable("answer about another ticket")
        return acceptance

    def ticket(self, ticket: str) -> Acceptance | None:
        """What became of the application with this ticket; None when it never arrived (or is no ticket)."""
        try:
            _TICKET.validate_python(ticket)
        except ValidationError:
            return None
        try:
            return self._get(TICKET.format(ticket=ticket), Acceptance)
        except GatewayRefused as refusal:
            if refusal.problem.code is ProblemCode.NOT_FOUND:
                return None
            raise

    def send_code(self, request: CodeRequest) -> CodeSent:
        """Have a code sent to the phone number on file."""
        return self._call("POST", CODES, CodeSent, request.model_dump_json().encode())

    def check_code(self, code_id: str, code: str) -> CodeResult:
        """Ask whether ``code``, six digits, is the one that was sent."""
        body = CodeCheck(code=code).model_dump_json().encode()
        return self._call("POST", CODE.format(code_id=quote(code_id, safe="")), CodeResult, body)

    def check_app_code(self, check: AppCodeCheck) -> AppCodeResult:
        """Ask whether the code that the scanner read is of this person's phone app."""
        return self._call("POST", APP_CODES, AppCodeResult, check.model_dump_json().encode())

    def compare_faces(self, question: FaceQuestion) -> FaceAnswer:
        """Ask whether two faces are one person's."""
        return self._call("POST", FACES, FaceAnswer, question.model_dump_json().encode())

    def call_officer(self, request: CallRequest) -> Call:
        """Call an officer; then ask every second how the call stands."""
        return self._call("POST", CALLS, Call, request.model_dump_json().encode())

    def how_is_call(self, call_id: str) -> Call:
        """How a call stands."""
        return self._get(CALL.format(call_id=quote(call_id, safe="")), Call)

    def hang_up(self, call_id: str) -> Call:
        """Nobody needs the call any more."""
        return self._call("DELETE", CALL.format(call_id=quote(call_id, safe="")), Call)

    def ask(self, operation: str, question: Question) -> Answer:
        """Ask a department. Raises DepartmentAway when it gives no answer now."""
        path = OPERATIONS.format(operation=quote(operation, safe=""))
        return self._call("POST", path, Answer, question.model_dump_json().encode())

    def tell_written(self, written: CardWritten) -> Noted:
        """Say that a card was written. To be repeated with the same words until there is an answer.

        Raises DepartmentAway when the department gives no answer now.
        """
        return self._call("POST", CARDS, Noted, written.model_dump_json().encode())

    def departments(self) -> DepartmentStates:
        """Ask which departments answer now."""
        return self._get(DEPARTMENTS, DepartmentStates)

    def slots(self, service: str, place: str = "") -> Slots:
        """Ask what can be booked of a service, at one of its places where it has several."""
        path = SLOTS.format(service=quote(service, safe=""))
        return self._get(f"{path}?place={quote(place, safe='')}" if place else path, Slots)

    def book(self, request: BookingRequest) -> Booking:
        """Book a half-day. To be repeated with the same request until there is an answer."""
        return self._call("POST", BOOKINGS, Booking, request.model_dump_json().encode())

    def bookings(self, number: str) -> Bookings:
        """Ask for the bookings of the holder of this card."""
        return self._call("GET", BOOKINGS, Bookings, headers={CARD_NUMBER: number})

    def cancel_booking(self, code: str, number: str) -> Booking:
        """Give a booking back."""
        path = BOOKING.format(code=quote(code, safe=""))
        return self._call("DELETE", path, Booking, headers={CARD_NUMBER: number})

    def open_order(self, request: OrderRequest) -> Order:
        """Have an order opened for a bill. May be repeated: one bill has one order that is open or paid."""
        return self._call("POST", ORDERS, Order, request.model_dump_json().encode())

    def how_is_order(self, order_id: str) -> Order:
        """How an order stands."""
        return self._get(ORDER.format(order_id=quote(order_id, safe="")), Order)

    def close_order(self, order_id: str) -> Order:
        """Nobody pays any more. The answer says whether somebody has."""
        return self._call("DELETE", ORDER.format(order_id=quote(order_id, safe="")), Order)

    def deliver_order(self, order_id: str, *, done: bool) -> Order:
        """Say whether what was paid for has been handed out; where not, the money goes back."""
        path = DELIVERY.format(order_id=quote(order_id, safe=""))
        return self._call("PUT", path, Order, Delivery(done=done).model_dump_json().encode())

    def make_document(self, request: DocumentRequest) -> Document:
        """Have a document made. To be repeated with the same request until there is an answer.

        Raises DepartmentAway when the department gives no answer now.
        """
        body = request.model_dump_json().encode()
        return self._call("POST", DOCUMENTS, Document, body, most_bytes=MOST_DOCUMENT_ANSWER_BYTES)

    def send_copy(self, code: str, request: CopyRequest) -> CopySent:
        """Have a document sent to its owner."""
        path = DOCUMENT_COPIES.format(code=quote(code, safe=""))
        return self._call("POST", path, CopySent, request.model_dump_json().encode())

    def rate(self, rating: Rating) -> Noted:
        """Hand in a rating. To be repeated with the same rating until there is an answer."""
        return self._call("POST", RATINGS, Noted, rating.model_dump_json().encode())

    def count(self, case: Case) -> Noted:
        """Say that a visit has ended. To be repeated with the same case until there is an answer."""
        return self._call("POST", CASES, Noted, case.model_dump_json().encode())

    def report_fault(self, report: FaultReport) -> Noted:
        """Pass on that something is wrong here. To be repeated with the same report until there is an answer."""
        return self._call("POST", FAULT_REPORTS, Noted, report.model_dump_json().encode())

    def tell_state(self, station: str, state: StationState) -> Noted:
        """Say how this station is."""
        path = STATION.format(station=quote(station, safe=""))
        return self._call("PUT", path, Noted, state.model_dump_json().encode())

    def fleet(self) -> Fleet:
        """Ask how every station is."""
        return self._get(FLEET, Fleet)

    def hand_in(self, bundle: SupportBundle) -> BundleTaken:
        """Hand in a support bundle. To be repeated with the same bundle until there is an answer."""
        return self._call("POST", BUNDLES, BundleTaken, bundle.model_dump_json().encode())

    def close(self) -> None:
        """Hang up: calls under way end with GatewayUnreachable, and so does every later one."""
        with self._lock:
            self._closed = True
            calls = list(self._calls)
        for call in calls:
            call.hang_up()

    def _get(self, path: str, answer: type[AnswerT]) -> AnswerT:
        return self._call("GET", path, answer)

    def _call(
        self,
        method: str,
        path: str,
        answer: type[AnswerT],
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        *,
        most_bytes: int = MOST_ANSWER_BYTES,
    ) -> AnswerT:
        seconds = self._connect_seconds + self._read_seconds + len(body) / SLOWEST_BYTES_A_SECOND
        if most_bytes > MOST_ANSWER_BYTES:
            seconds += MOST_ANSWER_BYTES / SLOWEST_BYTES_A_SECOND  # most of what is long is not longer than that
        call = _Call(min(seconds, self._most_seconds))
        with self._lock:
            if self._closed:
                raise GatewayUnreachable("closed")
            self._calls.add(call)
        try:
            with call:
                response, content = self._exchange(call, method, path, body, headers or {}, most_bytes=most_bytes)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            why = "closed" if self._closed else "timeout" if call.hung_up else _why(error)
            raise GatewayUnreachable(why) from error
        finally:
            with self._lock:
                self._calls.discard(call)
        return _read(response, content, answer)

    def _exchange(
        self, call: _Call, method: str, path: str, body: bytes, headers: dict[str, str], *, most_bytes: int
    ) -> tuple[requests.Response, bytes]:
        # A session a call: sessions are not made for several threads, and nothing of one citizen may reach the next.
        with requests.Session() as session:
            session.trust_env = False
            adapter = _Adapter(call, self._tls)
            session.mount("http://", adapter)
            session.mount("https://", adapter)
            with session.request(
                method,
                self._url + path,
                # Sent as a file, block by block: urllib3 gives each block connect_seconds, not the whole body.
                data=io.BytesIO(body) if body else None,
                headers={
                    "Accept": f"application/json, {PROBLEM_TYPE}",
                    "Accept-Encoding": "identity",
                    **({"Content-Type": "application/json"} if body else {}),
                    **headers,
                },
                # All the time there is: what was sent may still be on its way when the wait for the answer begins.
                timeout=(self._connect_seconds, call.seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                content = b""
                for chunk in response.iter_content(16 * 1024):
                    content += chunk
                    if len(content) > most_bytes:
                        raise GatewayUnreachable("answer too long")
                if call.hung_up:  # an answer without a length looks complete when the line is cut
                    raise GatewayUnreachable("timeout")
                return response, content


class _Call:
    """Cuts the connection of one call when its time is over."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.hung_up = False
        self._lock = threading.Lock()
        self._handles: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self.hang_up)
        self._timer.daemon = True

    def watch(self, connection: socket.socket) -> None:
        """Take a second handle of a connection: its first goes to TLS, and cannot be shut down from outside."""
        with self._lock:
            handle = connection.dup()
            self._handles.append(handle)
            if self.hung_up:
                _shut(handle)

    def hang_up(self) -> None:
        """End the call now; whoever reads or writes there is woken."""
        with self._lock:
            self.hung_up = True
            for handle in self._handles:
                _shut(handle)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for handle in self._handles:
                handle.close()
            self._handles.clear()


def _shut(handle: socket.socket) -> None:
    try:
        handle.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # the other side was quicker


class _Adapter(HTTPAdapter):
    """Shows every connection to the call it belongs to."""

    def __init__(self, call: _Call, tls: ssl.SSLContext) -> None:
        self._watched = call
        self._tls = tls
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._tls, **options)
        call = self._watched

        class Plain(urllib3.connection.HTTPConnection):
            def _new_conn(self) -> socket.socket:
                connection = super()._new_conn()
                call.watch(connection)
                return connection

        class Secure(urllib3.connection.HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                connection = super()._new_conn()
                call.watch(connection)
                return connection

        class PlainPool(urllib3.HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(urllib3.HTTPSConnectionPool):
            ConnectionCls = Secure

        # The way urllib3's own SOCKS support puts its connections in.
        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def _why(error: BaseException) -> str:
    """What broke, by the error that all others were made of, and without its text."""
    root = error
    while (cause := root.__cause__ or root.__context__) is not None:
        root = cause
    match root:
        case TimeoutError():
            return "timeout"
        case ConnectionRefusedError():
            return "connection refused"
        case ssl.SSLError():
            return "no secure connection"
        case socket.gaierror():
            return "host name not found"
        case _:
            return "connection broken"


def _read(response: requests.Response, content: bytes, answer: type[AnswerT]) -> AnswerT:
    status = response.status_code
    try:
        if status in (200, 201):
            return answer.model_validate_json(content)
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if (400 <= status <= 499 or status == AWAY) and media_type == PROBLEM_TYPE:
            problem = Problem.model_validate_json(content)
        else:
            raise GatewayUnreachable(f"HTTP {status}")
    except ValidationError as error:
        raise GatewayUnreachable("answer not of the contract") from error
    if status != AWAY:
        raise GatewayRefused(problem)
    if problem.code not in (ProblemCode.DEPARTMENT_UNAVAILABLE, ProblemCode.DEPARTMENT_CLOSED):
        raise GatewayUnreachable(f"HTTP {status}")
    raise DepartmentAway(problem)
