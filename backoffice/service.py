"""The contract over HTTP."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import FastAPI, Header, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backoffice.booking.desk import BookingDesk
from backoffice.cards import Cards
from backoffice.cards import routes as card_routes
from backoffice.departments import Away, Departments
from backoffice.documents.issuing import Documents
from backoffice.documents.seals import Seals
from backoffice.documents.web import routes
from backoffice.faces import compared
from backoffice.feedback import Feedback
from backoffice.feedback import routes as feedback_routes
from backoffice.payments import Payments
from backoffice.reference import reference_departments
from backoffice.rules import Decisions, load_rules
from backoffice.store import Refusal, Store
from kiosk.gateway import contract
from kiosk.gateway.contract import (
    APP_CODES,
    APPLICATION,
    APPLICATIONS,
    ARRIVALS,
    BOOKING,
    BOOKINGS,
    BUNDLES,
    CALL,
    CALLS,
    CARD_NUMBER,
    CODE,
    CODES,
    DELIVERY,
    DEPARTMENTS,
    FACES,
    FLEET,
    HEALTH,
    IDEMPOTENCY_KEY,
    MOST_BYTES,
    OPERATIONS,
    ORDER,
    ORDERS,
    PROBLEM_TYPE,
    SLOTS,
    STATION,
    TICKET,
    Acceptance,
    Answer,
    AppCodeCheck,
    AppCodeResult,
    Application,
    ApplicationStatus,
    Arrival,
    Booking,
    BookingRequest,
    Bookings,
    BundleTaken,
    Call,
    CallRequest,
    CardNumber,
    CodeCheck,
    CodeRequest,
    CodeResult,
    CodeSent,
    Delivery,
    DepartmentStates,
    FaceAnswer,
    FaceQuestion,
    Fleet,
    Health,
    Noted,
    Order,
    OrderRequest,
    Problem,
    ProblemCode,
    Question,
    Slots,
    StationId,
    StationState,
    SupportBundle,
)
from kiosk.text import Text

STATUS: dict[ProblemCode, tuple[int, str]] = {
    ProblemCode.INVALID: (422, "The request is not of this contract"),
    ProblemCode.NO_FACE: (422, "A picture does not show one face"),
    ProblemCode.TOO_LARGE: (413, "The request is too large"),
    ProblemCode.CONFLICT: (409, "Another application has this idempotency key"),
    ProblemCode.NOT_PROVEN: (403, "The code was not typed in, is used, or belongs to somebody else"),
    ProblemCode.NOT_FOUND: (404, "There is nothing here by this number"),
    ProblemCode.CODE_NO_NUMBER: (404, "No phone number is on file"),
    ProblemCode.CODE_TOO_OFTEN: (429, "Too many codes were sent to this number within an hour"),
    ProblemCode.CODE_USED_UP: (410, "The code is too old or was mistyped too often"),
    ProblemCode.DOCUMENT_NOT_ISSUED: (404, "The department issues no such document"),
    ProblemCode.COPY_NO_PHONE: (404, "No phone number is on file"),
    ProblemCode.COPY_TOO_OFTEN: (429, "The document was sent too often"),
    ProblemCode.DEPARTMENT_UNAVAILABLE: (503, "The department does not answer now"),
    ProblemCode.DEPARTMENT_CLOSED: (503, "The department is closed now"),
    ProblemCode.BOOKING_CLOSED: (409, "This half-day cannot be booked now"),
    ProblemCode.BOOKING_FULL: (409, "No number is left for this half-day"),
    ProblemCode.BOOKING_SAME_DAY: (409, "This person has a booking for that day"),
    ProblemCode.BOOKING_SUSPENDED: (403, "This person did not come twice within a month"),
    ProblemCode.BOOKING_STAYS: (409, "The booking cannot be given back any more"),
    ProblemCode.ARRIVAL_EARLY: (409, "It is too early for this booking"),
    ProblemCode.ARRIVAL_LATE: (410, "This booking is over"),
    ProblemCode.PAYMENT_UNAVAILABLE: (409, "Nothing can be paid through this back office"),
}


def create_app(
    store: Store,
    departments: Departments | None = None,
    platform: str = "",
    *,
    seals: Seals | None = None,
    public: str = "http://127.0.0.1:8800",
) -> FastAPI:
    """The service over ``store``; ``departments`` are the reference ones where nothing else is said.

    ``platform`` is the address of the payment platform's pages, see :class:`Payments`. ``seals`` sign documents; keys
    for the time of the program where nothing else is said. ``public`` is where citizens reach this service. Raises
    RecordsError, YamlError, RulesError.
    """
    departments = departments or reference_departments(store)
    desk, payments = BookingDesk(store), Payments(store, platform)
    decisions = Decisions(store, departments, load_rules())
    app = FastAPI(title="e政务 back office", version="1", docs_url=None, redoc_url=None)
    app.add_middleware(_Limited)

    @app.exception_handler(Refusal)
    def refused(_request: Request, refusal: Refusal) -> Response:
        return _problem(refusal.code)

    @app.exception_handler(Away)
    def away(_request: Request, department: Away) -> Response:
        return _problem(department.code, hours=department.hours)

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> Response:
        return _problem(ProblemCode.INVALID, "; ".join(map(_told, error.errors()[:10])))

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        # 400: what was sent is not even text. All else, such as a place that does not exist, is a mistake in the
        # settings of a kiosk and no refusal: its applications have to wait until that is put right.
        if error.status_code == HTTPStatus.BAD_REQUEST:
            return _problem(ProblemCode.INVALID)
        return await http_exception_handler(request, error)

    app.include_router(feedback_routes(Feedback(store)))
    app.include_router(card_routes(Cards(store, departments), store))
    app.include_router(routes(Documents(store, departments, seals or Seals(), public)))

    @app.get(HEALTH)
    def health() -> Health:
        return Health(at=store.now())

    @app.post(APPLICATIONS, status_code=HTTPStatus.CREATED)
    def submit(
        application: Application, key: Annotated[UUID, Header(alias=IDEMPOTENCY_KEY)], response: Response
    ) -> Acceptance:
        if key != application.idempotency_key:
            raise Refusal(ProblemCode.INVALID)
        acceptance = store.accept(application)
        if acceptance.duplicate:
            response.status_code = HTTPStatus.OK
        return decisions.decide(application, acceptance)

    @app.get(APPLICATION)
    def application_status(reference_number: str) -> ApplicationStatus:
        return store.status(reference_number)

    @app.get(TICKET)
    def ticket_status(ticket: str) -> Acceptance:
        return store.by_ticket(ticket)

    @app.post(CODES, status_code=HTTPStatus.CREATED)
    def send_code(request: CodeRequest) -> CodeSent:
        return store.send_code(request)

    @app.post(CODE)
    def check_code(code_id: str, check: CodeCheck) -> CodeResult:
        return store.check_code(code_id, check.code)

    @app.post(APP_CODES)
    def check_app_code(check: AppCodeCheck) -> AppCodeResult:
        return store.check_app_code(check)

    @app.post(FACES)
    def compare_faces(question: FaceQuestion) -> FaceAnswer:
        return compared(question, store.portrait)

    @app.post(CALLS, status_code=HTTPStatus.CREATED)
    def call(request: CallRequest) -> Call:
        return store.call(request)

    @app.get(CALL)
    def how_is_call(call_id: str) -> Call:
        return store.how_is_call(call_id)

    @app.delete(CALL)
    def hang_up(call_id: str) -> Call:
        return store.hang_up(call_id)

    @app.post(OPERATIONS)
    def ask(operation: str, question: Question) -> Answer:
        return departments.ask(operation, question)

    @app.get(DEPARTMENTS)
    def department_states() -> DepartmentStates:
        return departments.states()

    @app.get(SLOTS)
    def slots(service: str, place: str | None = None) -> Slots:
        return desk.slots(service, place)

    @app.post(BOOKINGS, status_code=HTTPStatus.CREATED)
    def book(request: BookingRequest, response: Response) -> Booking:
        booking = desk.book(request)
        if booking.duplicate:
            response.status_code = HTTPStatus.OK
        return booking

    @app.get(BOOKINGS)
    def my_bookings(number: Annotated[CardNumber, Header(alias=CARD_NUMBER)]) -> Bookings:
        return desk.mine(number)

    @app.delete(BOOKING)
    def cancel_booking(code: str, number: Annotated[CardNumber, Header(alias=CARD_NUMBER)]) -> Booking:
        return desk.cancel(code, number)

    @app.post(ARRIVALS)
    def arrive(code: str) -> Arrival:
        return desk.arrive(code)

    @app.post(ORDERS, status_code=HTTPStatus.CREATED)
    def open_order(request: OrderRequest) -> Order:
        return payments.order(request)

    @app.get(ORDER)
    def how_is_order(order_id: str) -> Order:
        return payments.status(order_id)

    @app.delete(ORDER)
    def close_order(order_id: str) -> Order:
        return payments.close(order_id)

    @app.put(DELIVERY)
    def deliver(order_id: str, delivery: Delivery) -> Order:
        return payments.deliver(order_id, done=delivery.done)

    @app.put(STATION)
    def tell_state(station: StationId, state: StationState) -> Noted:
        return store.hear(station, state)

    @app.get(FLEET)
    def fleet() -> Fleet:
        return store.fleet()

    @app.post(BUNDLES, status_code=HTTPStatus.CREATED)
    def take_bundle(bundle: SupportBundle) -> BundleTaken:
        return store.take_bundle(bundle)

    return app


def _problem(code: ProblemCode, detail: str = "", hours: Text | None = None) -> Response:
    status, title = STATUS[code]
    problem = Problem(title=title, status=status, detail=detail, code=code, hours=hours)
    return JSONResponse(problem.model_dump(mode="json"), status, media_type=PROBLEM_TYPE)


# Where a mistake is may be told by the contract's own words only: a key that somebody made up may be anything.
_WORDS = {
    name
    for model in vars(contract).values()
    if isinstance(model, type) and issubclass(model, BaseModel)
    for name in model.model_fields
} | {"body", "header", IDEMPOTENCY_KEY, CARD_NUMBER, "face", "phone_code", "app_code", "staff", "video"}


def _told(error: dict[str, object]) -> str:
    """One mistake, as ``body.applicant.number: string_pattern_mismatch``; never what was sent."""
    place = error["loc"] if isinstance(error["loc"], tuple) else ()
    return (
        f"{'.'.join(str(part) if part in _WORDS or isinstance(part, int) else '*' for part in place)}: {error['type']}"
    )


class _Limited:
    """Takes in a whole request before anybody works on it, and turns away one that is too large."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        body = bytearray()
        more = True
        while more:
            if max(len(body), int(length)) > MOST_BYTES:
                await _problem(ProblemCode.TOO_LARGE)(scope, receive, send)
                return
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)

        whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        await self._app(scope, replay, send)
