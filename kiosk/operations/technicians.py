"""The staff of a machine: technicians may open their screen, attendants may confirm who a citizen is.

Each has a personal PIN, and a staff card where the machine can read one.

Two files lie in the storage directory: ``technicians.json`` says who there is,
``lockouts.json`` how often somebody was wrong. A PIN is kept as scrypt makes
it, a card as a hash that needs this machine's key.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from kiosk.files import write_whole
from kiosk.operations.impersonal import TechnicianId
from kiosk.text import Text

log = logging.getLogger("kiosk.technicians")

Fact = str | int | float | None

LEAST_DIGITS, MOST_DIGITS = 6, 12
# The third wrong PIN locks for a minute, each further one for twice as long as the last, up to an hour.
WRONG_FREE = 2
FIRST_LOCK_SECONDS = 60.0
LONGEST_LOCK_SECONDS = 3600.0
# Who was not wrong for so long begins anew: children who play with the keys must not shut the door for good.
FORGIVEN_SECONDS = 12 * 3600.0
# 32 MiB and about a tenth of a second a try.
_N, _R, _P = 2**15, 8, 1
_MEMORY = 64 * 1024 * 1024

TOO_SHORT = Text(
    zh=f"密码要有 {LEAST_DIGITS} 到 {MOST_DIGITS} 位数字。", en=f"A PIN has {LEAST_DIGITS} to {MOST_DIGITS} digits."
)
ALL_ALIKE = Text(
    zh="密码不能是同一个数字，也不能是重复的几位。", en="A PIN must not repeat one digit or one group of digits."
)
IN_ORDER = Text(zh="密码不能是连续的数字。", en="A PIN must not be digits in order.")
WELL_KNOWN = Text(zh="这个密码太常见，请换一个。", en="This PIN is too common. Please choose another one.")
LIKE_ID = Text(zh="密码不能包含工号。", en="A PIN must not contain the technician's number.")
REFUSED = Text(zh="工号、密码或工作卡不对。", en="The number, the PIN or the staff card is wrong.")
LOCKED = Text(zh="输错太多次，请 {minutes} 分钟后再试。", en="Wrong too often. Please try again in {minutes} min.")

# Patterns on the keypad, numbers that sound like words, and what tops every list of leaked ones.
_WELL_KNOWN = frozenset(
    "112233 147258 159357 258369 258456 456852 741852 789456 963852 147852 159753 1314520 5201314 520131 "
    "131452 521521 110110 000001 100000 112358 314159 12341234 11223344 1122334455 147258369 123789 789123".split()
)


class TechniciansUnusable(Exception):
    """The file of technicians cannot be read or written; the message says why."""


class TechnicianError(Exception):
    """Somebody asked for what cannot be done; ``sentence`` says why."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _Hash(_Strict):
    """What scrypt made, and how, so that it can be made harder later."""

    n: int
    r: int
    p: int
    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

    @classmethod
    def of(cls, secret: bytes) -> _Hash:
        salt = secrets.token_bytes(16)
        return cls(n=_N, r=_R, p=_P, salt=salt.hex(), hash=_scrypt(secret, salt, _N, _R, _P).hex())

    def fits(self, secret: bytes) -> bool:
        """Whether it was made of ``secret``; takes as long either way."""
        made = _scrypt(secret, bytes.fromhex(self.salt), self.n, self.r, self.p)
        return hmac.compare_digest(made, bytes.fromhex(self.hash))


class Role(StrEnum):
    """What somebody may do here. Nobody may do both."""

    TECHNICIAN = "technician"  # opens the technician's screen
    ATTENDANT = "attendant"  # of the site: confirms who a citizen is


class _Technician(_Strict):
    id: TechnicianId
    role: Role = Role.TECHNICIAN
    name: Annotated[str, Field(min_length=1, max_length=40)]
    pin: _Hash
    card: _Hash | None = None


class _File(_Strict):
    version: int = Field(default=1, ge=1, le=1)
    technicians: tuple[_Technician, ...] = ()


class _Wrong(_Strict):
    count: int = Field(ge=1)
    at: AwareDatetime


_WRONGS: TypeAdapter[dict[str, _Wrong]] = TypeAdapter(dict[str, _Wrong])
# A hash like any other that no PIN fits: whoever does not exist takes as long to refuse.
_NOBODY = _Hash(n=_N, r=_R, p=_P, salt="00" * 16, hash="00" * 32)
# The keys of the counts for the whole machine. Apart, as everybody can play with the attendants' keys, and must not
# shut the technicians' door.
_MACHINE = ""
_EVERYBODY: Mapping[Role, str] = {Role.TECHNICIAN: _MACHINE, Role.ATTENDANT: "*attendant"}


@dataclass(frozen=True, slots=True)
class Technician:
    """One of the staff."""

    id: str
    name: str
    has_card: bool
    role: Role = Role.TECHNICIAN


class Outcome(StrEnum):
    """What came of an attempt to get in."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    LOCKED = "locked"  # nobody even looked at what was typed


@dataclass(frozen=True, slots=True)
class Admission:
    """The answer to an attempt. ``seconds`` is how long the door stays locked now."""

    outcome: Outcome
    technician: Technician | None = None
    seconds: float = 0.0

    @property
    def refusal(self) -> Text | None:
        """The sentence for whoever was not let in."""
        if self.outcome is Outcome.ADMITTED:
            return None
        if self.seconds > 0:
            return LOCKED.filled(minutes=-int(-self.seconds // 60))
        return REFUSED


def pin_refusal(pin: str, technician_id: str = "") -> Text | None:
    """Why ``pin`` cannot be somebody's PIN, None when it can."""
    if not (pin.isascii() and pin.isdigit() and LEAST_DIGITS <= len(pin) <= MOST_DIGITS):
        return TOO_SHORT
    if any(pin == (pin[:size] * len(pin))[: len(pin)] for size in range(1, len(pin) // 2 + 1)):
        return ALL_ALIKE
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if steps in ({1}, {9}):
        return IN_ORDER
    if pin in _WELL_KNOWN:
        return WELL_KNOWN
    digits = "".join(filter(str.isdigit, technician_id))
    if len(digits) >= 4 and digits in pin:
        return LIKE_ID
    return None


@dataclass(slots=True)
class _Count:
    """How often somebody was wrong in a row, and when the last time was, by the clock that nobody can set."""

    wrong: int
    at: float
    told_at: datetime  # by the wall, for the file

    def seconds_left(self, now: float) -> float:
        if self.wrong <= WRONG_FREE:
            return 0.0
        doubled = min(self.wrong - WRONG_FREE - 1, 10)
        lock: float = min(FIRST_LOCK_SECONDS * 2**doubled, LONGEST_LOCK_SECONDS)
        return max(self.at + lock - now, 0.0)


class Technicians:
    """The staff of one machine. Methods may be called on any thread; ``admit`` takes a few tenths of a second.

    A lock-out is waited out by ``clock``, which only runs forward: setting the
    machine's clock opens nothing. Across a restart the wall's time, ``now``, is
    believed when it moved forward; when it moved back, the wait begins again.

    ``record`` takes events for the journal; they hold ids of technicians there are, and nothing that was typed.
    """

    def __init__(
        self,
        directory: Path,
        *,
        now: Callable[[], datetime],
        record: Callable[[str, Mapping[str, Fact]], None] = lambda _event, _facts: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._directory = directory
        self._now = now
        self._record = record
        self._clock = clock
        self._lock = threading.Lock()
        self._counts = self._read_counts()

    # -- who there is ----------------------------------------------------------------

    def listing(self, role: Role = Role.TECHNICIAN) -> tuple[Technician, ...]:
        """Everybody of ``role``. Raises TechniciansUnusable."""
        return tuple(_shown(one) for one in self._read().technicians if one.role is role)

    def add(self, technician_id: str, name: str, pin: str, role: Role | None = None) -> None:
        """Add somebody, a technician unless ``role`` says otherwise, or give a new PIN to somebody.

        Raises TechnicianError, TechniciansUnusable.
        """
        refusal = pin_refusal(pin, technician_id)
        if refusal is not None:
            raise TechnicianError(refusal)
        with self._changing() as everybody:
            known = everybody.get(technician_id)
            try:
                everybody[technician_id] = _Technician(
                    id=technician_id,
                    name=name or (known.name if known is not None else technician_id),
                    role=role or (known.role if known is not None else Role.TECHNICIAN),
                    pin=_Hash.of(pin.encode()),
                    card=known.card if known is not None else None,
                )
            except ValidationError as error:
                raise TechnicianError(_NO_ID) from error
        self._record("technician_added", {"technician": technician_id})

    def remove(self, technician_id: str) -> None:
        """Remove somebody. Raises TechnicianError when there is nobody of this id, TechniciansUnusable."""
        with self._changing() as everybody:
            if everybody.pop(technician_id, None) is None:
                raise TechnicianError(_NO_SUCH)
        self._record("technician_removed", {"technician": technician_id})

    def register_card(self, technician_id: str, number: str | None) -> None:
        """Ask for this card from now on; None: for no card. Raises TechnicianError, TechniciansUnusable."""
        with self._changing() as everybody:
            if technician_id not in everybody:
                raise TechnicianError(_NO_SUCH)
            key = self._directory / "technicians.key"
            if not key.exists():
                write_whole(key, secrets.token_bytes(32))
            card = _Hash.of(self._card_secret(number)) if number is not None else None
            everybody[technician_id] = everybody[technician_id].model_copy(update={"card": card})
        self._record(
            "technician_card", {"technician": technician_id, "state": "none" if card is None else "registered"}
        )

    # -- the door ---------------------------------------------------------------------

    def needs_card(self, technician_id: str) -> bool:
        """Whether this technician has to lay down a card, where there is a reader that works."""
        return any(one.id == technician_id and one.has_card for one in self.listing())

    def locked_seconds(self, technician_id: str = _MACHINE) -> float:
        """How long nobody, or not this technician, gets in."""
        with self._lock:
            return self._locked_seconds(_MACHINE, technician_id)

    def admit(
        self,
        technician_id: str,
        pin: str,
        *,
        role: Role = Role.TECHNICIAN,
        card: str | None = None,
        reader_ready: bool = False,
    ) -> Admission:
        """Let somebody of ``role`` in, or not. ``card`` is the number of the card that lies on the reader.

        A registered card is asked for while ``reader_ready``: a technician who comes to mend the reader gets in
        with the PIN alone. Raises TechniciansUnusable.
        """
        with self._lock:
            known = next((one for one in self._read().technicians if (one.id, one.role) == (technician_id, role)), None)
            seconds = self._locked_seconds(*_keys(role, known))
            if seconds > 0:
                return Admission(Outcome.LOCKED, seconds=seconds)
            pin_fits = (known.pin if known is not None else _NOBODY).fits(pin.encode())
            # Always looked at, so that the time it takes tells nothing.
            registered = known.card if known is not None else None
            card_fits = (registered or _NOBODY).fits(self._card_secret(card or ""))
            wanted = registered is not None and reader_ready
            missed = registered is not None and role is Role.TECHNICIAN  # an attendant's card stands for the PIN
            shown = "shown" if wanted else "reader_away" if missed else "none"
            if known is not None and pin_fits and (card_fits or not wanted):
                return self._let_in(known, shown)
            return self._turn_away(role, known)

    def admit_attendant_by_card(self, card: str) -> Admission:
        """Let in the attendant whose card has this number, or nobody. Raises TechniciansUnusable."""
        with self._lock:
            seconds = self._locked_seconds(*_keys(Role.ATTENDANT, None))
            if seconds > 0:
                return Admission(Outcome.LOCKED, seconds=seconds)
            secret = self._card_secret(card)
            for one in self._read().technicians:
                if one.role is Role.ATTENDANT and one.card is not None and one.card.fits(secret):
                    return self._let_in(one, "shown")
            return self._turn_away(Role.ATTENDANT, None)

    def _let_in(self, known: _Technician, card: str) -> Admission:
        for key in _keys(known.role, known):
            self._counts.pop(key, None)
        self._write_counts()
        self._record(f"{known.role}_admitted", {_FACTS[known.role]: known.id, "card": card})
        return Admission(Outcome.ADMITTED, _shown(known))

    def _turn_away(self, role: Role, known: _Technician | None) -> Admission:
        keys = _keys(role, known)
        self._count_wrong(keys)
        seconds = self._locked_seconds(*keys)
        who = known.id if known is not None else None
        self._record(f"{role}_refused", {_FACTS[role]: who, "seconds": round(seconds) or None})
        return Admission(Outcome.REFUSED, seconds=seconds)

    # -- counting -----------------------------------------------------------------------

    def _locked_seconds(self, *keys: str) -> float:
        now = self._clock()
        counts = (self._counts.get(key) for key in keys)
        return max((count.seconds_left(now) for count in counts if count is not None), default=0.0)

    def _count_wrong(self, keys: tuple[str, ...]) -> None:
        now = self._clock()
        for key in keys:
            count = self._counts.get(key)
            wrong = count.wrong if count is not None and now - count.at < FORGIVEN_SECONDS else 0
            self._counts[key] = _Count(wrong + 1, now, self._now())
        self._write_counts()

    def _read_counts(self) -> dict[str, _Count]:
        path = self._directory / "lockouts.json"
        clock, now = self._clock(), self._now()
        try:
            wrongs = _WRONGS.validate_json(path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError):
            # Nobody can write it but this program, which never leaves half of it: stay on the safe side.
            log.exception("%s cannot be read, so the door stays shut for an hour", path.name)
            return {key: _Count(WRONG_FREE + 10, clock, now) for key in _EVERYBODY.values()}
        passed = {key: max((now - wrong.at).total_seconds(), 0.0) for key, wrong in wrongs.items()}
        return {key: _Count(wrong.count, clock - passed[key], wrong.at) for key, wrong in wrongs.items()}

    def _write_counts(self) -> None:
        wrongs = {key: _Wrong(count=count.wrong, at=count.told_at) for key, count in self._counts.items()}
        try:
            write_whole(self._directory / "lockouts.json", _WRONGS.dump_json(wrongs))
        except OSError:
            # A technician has to get in when the disk is full, of all times. The counts stand in memory.
            log.exception("the lock-outs cannot be written")

    # -- the files ----------------------------------------------------------------------

    def _read(self) -> _File:
        path = self._directory / "technicians.json"
        try:
            return _File.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return _File()
        except OSError as error:
            raise TechniciansUnusable(f"{path} cannot be read: {error}") from error
        except ValidationError:
            raise TechniciansUnusable(f"{path} cannot be understood") from None  # the cause would quote it

    @contextmanager
    def _changing(self) -> Iterator[dict[str, _Technician]]:
        """Everybody, to be changed; the command line and the kiosk may do so at the same moment."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            with (self._directory / "technicians.lock").open("w") as guard:
                fcntl.flock(guard, fcntl.LOCK_EX)
                everybody = {one.id: one for one in self._read().technicians}
                yield everybody
                file = _File(technicians=tuple(everybody.values()))
                write_whole(self._directory / "technicians.json", file.model_dump_json(indent=2).encode())
        except OSError as error:
            raise TechniciansUnusable(f"{self._directory} cannot be written: {error}") from error

    def _card_secret(self, number: str) -> bytes:
        """A card's number together with this machine's key: numbers can be counted through, this cannot."""
        try:
            key = (self._directory / "technicians.key").read_bytes()
        except OSError:  # then no card fits
            key = secrets.token_bytes(32)
        return hmac.digest(key, number.strip().upper().encode(), "sha256")


_NO_ID = Text(
    zh="工号是 1 到 8 位数字，或小写字母开头的 2 到 12 个字母、数字；姓名不超过 40 个字。",
    en="An id is 1 to 8 digits, or 2 to 12 letters and digits that begin with a small letter; a name has up to 40.",
)
_NO_SUCH = Text(zh="没有这个工号。", en="There is no technician of this id.")


# The name of the journal's fact that says who it was.
_FACTS: Mapping[Role, str] = {Role.TECHNICIAN: "technician", Role.ATTENDANT: "staff"}


def _keys(role: Role, known: _Technician | None) -> tuple[str, ...]:
    """The counts that an attempt belongs to."""
    return (_EVERYBODY[role],) if known is None else (_EVERYBODY[role], known.id)


def _shown(one: _Technician) -> Technician:
    return Technician(one.id, one.name, one.card is not None, one.role)


def _scrypt(secret: bytes, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=32)
