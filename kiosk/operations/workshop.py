"""The technician's screen, without the screen: what it shows, and what a technician may do there.

Nothing here waits. Checks run on the devices' own threads and slow errands on
one of this module's; what comes of them arrives through ``soon`` on the thread
that calls everything else. The view is complete: whoever draws it decides
nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Literal, Protocol

from drivers.device import Cancelled, DeviceError, Fault, HealthLevel, HealthReport, NextAction
from drivers.recording import Passed, Trace
from drivers.worker import Task
from kiosk.hardware import Hardware
from kiosk.operations import readiness
from kiosk.operations.faults import Question
from kiosk.operations.look import Look, Picture
from kiosk.operations.machine import DEVICE_CLASS as MACHINE
from kiosk.operations.names import device_name
from kiosk.operations.readiness import VERDICTS, Readiness
from kiosk.operations.records import Checked, CutShort, Records, RecordsUnusable, Replenished, Swapped
from kiosk.operations.showing import (
    DONE,
    NOT_FINISHED,
    ORDER,
    TESTS,
    VERDICT_TONES,
    Known,
    device_view,
    facts_of,
    kept,
    part_of,
    reason_of,
    tests_of,
)
from kiosk.operations.staff_card import StaffCard
from kiosk.operations.technicians import TechnicianError, Technicians, TechniciansUnusable
from kiosk.operations.tuning import VOLUME, Change, Tunable, Tuning, TuningError
from kiosk.operations.workshop_view import (
    TABS,
    Asked,
    DeviceView,
    Page,
    Part,
    PinView,
    StaffCardView,
    TraceLine,
    WorkshopView,
)
from kiosk.text import Text, same

log = logging.getLogger("kiosk.workshop")

# A technician who walks away leaves no open door.
IDLE_SECONDS = 300.0
TRACE_LINES = 40

Describe = Callable[[str, Passed], str]  # a device's name and what passed: a line for people

HEARD = Asked(
    Text(zh="听到“叮咚”声了吗？", en="Did you hear the chime?"),
    Text(zh="听到了", en="Yes"),
    Text(zh="没有声音", en="No sound"),
)
ASK_WHO = Text(zh="请选择您的工号", en="Who are you?")
ASK_PIN = Text(zh="请输入您的密码", en="Your PIN, please")
ASK_CARD = Text(zh="请把您的工作卡放在读卡器上", en="Please lay your staff card on the reader")
NO_CARD = Text(zh="没有读到工作卡，请再试一次。", en="No staff card was read. Please try again.")
TAKE_CARD = Text(zh="请收好您的工作卡。", en="Please take your staff card.")
CARD_REGISTERED = Text(
    zh="工作卡登记好了，下次登录时要放卡。请收好卡。",
    en="The card is registered and will be asked for at the door. Please take it.",
)
CARD_REMOVED = Text(zh="工作卡取消了，登录只要密码。", en="The card is taken back; the PIN alone opens the door.")
CARD_NOT_KEPT = Text(zh="工作卡没有改动：文件写不进去。", en="Nothing was changed: the file cannot be written.")
NOBODY = Text(zh="这台机器还没有登记技术人员。", en="No technician is registered on this machine.")
SOMEBODY_IS_HERE = Text(zh="有人正在办事，请等一会儿再来。", en="A citizen is here. Please come back in a moment.")
BEGUN = Text(zh="正在检查…", en="The check is under way…")
NOT_WORKING = Text(zh="不好用", en="It is not working")
ANOTHER_RUNS = Text(zh="{device}还在检查，请稍等。", en="The check of another device is under way: {device}.")
CUT_SHORT = Text(zh="没有做完，已记下，编号 {number}。", en="Not finished. Kept as number {number}.")
KEPT = Text(zh="已记下，编号 {number}。", en="Kept as number {number}.")
NOT_KEPT = Text(zh="没有记下：记录文件写不进去。", en="Not kept: the file of records cannot be written.")
_WAYS = {"out": "→", "in": "←"}


class Kiosk(Known, Protocol):
    """What the workshop needs of the terminal."""

    @property
    def hardware(self) -> Hardware: ...

    def begin_maintenance(self) -> bool: ...

    def end_maintenance(self) -> None: ...


def _with_device(text: Text, name: str) -> Text:
    device = device_name(name)
    return Text(zh=text.zh.format(device=device.zh), en=text.en.format(device=device.en))


class Workshop:
    """What a technician sees and does. Its methods are called on one thread, the terminal's.

    ``errands`` are the slow things of the report's page by their names; each returns a sentence.
    ``on_change`` is called after anything shown may have changed, ``on_chime`` when the loudspeaker is tried,
    ``on_volume`` with the volume from now on, 0 to 100, when a technician has changed it.
    """

    def __init__(
        self,
        kiosk: Kiosk,
        questions: Mapping[str, Question],
        *,
        technicians: Technicians,
        records: Records,
        assess: Callable[[], Readiness],
        tuning: Tuning,
        errands: Mapping[str, Callable[[], Text]],
        traces: Mapping[str, Trace],
        describe: Describe,
        soon: Callable[[Callable[[], None]], None],
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self.on_chime: Callable[[], None] = lambda: None
        self.on_volume: Callable[[int], None] = lambda _: None
        self._kiosk = kiosk
        self._questions = questions
        self._technicians = technicians
        self._records = records
        self._assess = assess
        self._tuning = tuning
        self._errands = errands
        self._traces = traces
        self._describe = describe
        self._soon = soon
        self._now = now
        self._clock = clock
        self._hands = ThreadPoolExecutor(max_workers=1, thread_name_prefix="workshop")
        self._page: Page | None = None
        self._who = self._typed = self._technician = self._device = ""
        self._wire = next(iter(traces), "")
        self._message: Text | None = None
        self._busy = False
        self._checking: tuple[Task[HealthReport], str, HealthLevel] | None = None
        self._asking: tuple[str, HealthReport] | None = None  # a device or a test, and what its check found
        self._card = StaffCard(kiosk.hardware, soon, clock)
        self._look = Look(self._hands, soon)
        self._lenses = {camera.name: camera for camera in kiosk.hardware.cameras()}
        self._glances: dict[str, Task[HealthReport]] = {}
        self._measured: HealthReport | None = None  # by the computer, of itself
        self._touched_at = clock()

    # -- the screen calls these ---------------------------------------------------------

    @property
    def occupied(self) -> bool:
        """True while a technician is at work, or at the door."""
        return self._page is not None

    def knock(self) -> None:
        """Somebody knows the hidden gesture: show the door."""
        if self._page is None:
            self._page, self._who, self._typed, self._message = Page.PIN, "", "", None
            self._touched_at = self._clock()
            self.on_change()

    def tick(self) -> None:
        """Time has passed. Whoever walked away is logged out."""
        if self._page is None:
            return
        self._card.tick()
        self._look.tick()
        if self._checking is not None:
            self._touched_at = self._clock()
        if self._clock() - self._touched_at > IDLE_SECONDS:
            self._leave()
        self.on_change()

    def act(self, action: str, value: str = "") -> None:
        """Something was touched."""
        if self._page is None:
            return
        self._touched_at = self._clock()
        self._message = None
        if action == "leave":
            self._leave()
        elif self._page is Page.PIN:
            self._at_the_door(action, value)
        else:
            self._at_work(action, value)
        self.on_change()

    def stop(self) -> None:
        """Leave, and let errands end."""
        self._leave()
        self._hands.shutdown(wait=True, cancel_futures=True)

    def frame(self) -> Picture | None:
        """The newest picture of the camera that is looked through; None while there is none."""
        return self._look.frame()

    def view(self) -> WorkshopView | None:
        """The screen as it stands, None while no technician is here."""
        page = self._page
        if page is None:
            return None
        if page is Page.PIN:
            return WorkshopView(page, "", same("—"), "quiet", (), pin=self._door())
        found = self._assess()
        parts = {part.name: part_of(part, found.reasons) for part in found.parts}
        stopping = {reason.part for reason in found.reasons if reason.stops}
        device = next((part for part in found.parts if part.name == self._device), None)
        return WorkshopView(
            page=page,
            technician=self._technician,
            verdict=VERDICTS[found.verdict],
            tone=VERDICT_TONES[found.verdict],
            why=tuple(dict.fromkeys(map(reason_of, found.reasons))),
            parts=tuple(sorted(parts.values(), key=lambda part: (ORDER[part.tone], part.name not in stopping))),
            facts=facts_of(self._kiosk, self._measured) if page is Page.OVERVIEW else (),
            device=self._device_view(device, parts[device.name]) if page is Page.DEVICE and device else None,
            trace=self._trace() if page is Page.WIRE else (),
            traced=tuple(map(self._chip, self._traces)) if page is Page.WIRE else (),
            settings=self._settings(page),
            card=self._card_view() if page is Page.SETTINGS else None,
            records=kept(self._records) if page is Page.REPORT else (),
            tests=tests_of(self._kiosk, self._records) if page is Page.TESTS else (),
            question=self._question(),
            message=self._message,
            busy=self._busy or self._checking is not None,
        )

    # -- the door -------------------------------------------------------------------------

    def _door(self) -> PinView:
        try:
            people = tuple(one.id for one in self._technicians.listing())
        except TechniciansUnusable:
            log.exception("nobody can be let in")
            people = ()
        message = self._message or (None if people else NOBODY)
        asks = ASK_CARD if self._card.waiting else ASK_PIN if self._who else ASK_WHO
        return PinView(
            asks, () if self._who else people, len(self._typed), message, self._busy, card=self._card.waiting
        )

    def _at_the_door(self, action: str, value: str) -> None:
        if self._busy or self._card.waiting:
            return
        if action == "who":
            self._who, self._typed = value, ""
        elif action == "pin" and value == "delete":
            self._typed = self._typed[:-1]
        elif action == "pin" and value == "enter":
            who, pin = self._who, self._typed
            self._typed = ""
            if self._has_card(who) and self._card.reader_ready:
                self._card.ask(lambda number: self._try(who, pin, number), self._no_card)
            else:
                self._try(who, pin, None)
        elif action == "pin" and self._who and len(value) == 1:
            self._typed = (self._typed + value)[:12]

    def _try(self, who: str, pin: str, card: str | None) -> None:
        """Is this somebody? Whoever has a card and finds no reader that could read it gets in without."""
        self._run(
            lambda: self._technicians.admit(who, pin, card=card, reader_ready=card is not None).refusal,
            lambda refusal: self._admitted(who, refusal, with_card=card is not None),
        )

    def _no_card(self) -> None:
        if self._page is Page.PIN:
            self._who = ""
        self._message = NO_CARD
        self.on_change()

    def _has_card(self, who: str) -> bool:
        try:
            return self._technicians.needs_card(who)
        except TechniciansUnusable:
            log.exception("nobody knows who has a card")
            return False

    def _admitted(self, who: str, refusal: Text | None, *, with_card: bool) -> None:
        if self._page is not Page.PIN:
            return  # whoever typed has gone
        if refusal is not None:
            self._who, self._message = "", refusal
        elif not self._kiosk.begin_maintenance():
            self._who, self._message = "", SOMEBODY_IS_HERE
        else:
            self._technician, self._page = who, Page.OVERVIEW
            self._message = TAKE_CARD if with_card else None
            self._glance()

    def _glance(self) -> None:
        """Ask those that nobody has asked for long: the computer, and every camera whose lens was off until now.

        Nothing moves, and nothing is kept in the records.
        """
        wanted = dict.fromkeys(self._lenses, HealthLevel.EXTERNAL)
        if MACHINE in self._kiosk.devices:
            wanted[MACHINE] = HealthLevel.INTERNAL
        for name, level in wanted.items():
            task = self._glances[name] = self._kiosk.devices[name].check_health(level)
            task.future.add_done_callback(partial(self._glanced, name, task))

    def _glanced(self, name: str, task: Task[HealthReport], future: Future[HealthReport]) -> None:
        """On the device's thread. What went wrong stands in the device's status."""

        def seen() -> None:
            if self._glances.get(name) is not task:
                return  # of somebody who has left
            del self._glances[name]
            if name == MACHINE and future.exception() is None:
                self._measured = future.result()
            self.on_change()

        self._soon(seen)

    def _leave(self) -> None:
        self._cut_short()
        for task in self._glances.values():
            task.abandon()
        self._glances.clear()
        self._measured = None
        self._card.stop()
        self._look.end()
        began = bool(self._technician)
        self._page = None
        self._technician = self._typed = self._who = ""
        if began:
            self._kiosk.end_maintenance()

    # -- at work ----------------------------------------------------------------------------

    def _at_work(self, action: str, value: str) -> None:
        match action:
            case "tab" if value in TABS:
                self._go(Page(value))
            case "open" if value in self._kiosk.devices:
                self._go(Page.DEVICE, value)
            case "check" if self._free_to_check():
                self._check(self._device, HealthLevel(value))
            case "look" if self._device in self._lenses and self._page is Page.DEVICE:
                if self._look.view is None:
                    self._look.begin(self._lenses[self._device])
                else:
                    self._look.end()
            case "test":
                self._begin_test(value)
            case "answer":
                self._answer(value)
            case "ring" if self._page is Page.SOUND:
                self.on_chime()
            case "wire" if value in self._traces:
                self._wire = value
            case "set":
                key, _, chosen = value.partition("=")
                self._tune(lambda who, at: self._tuning.change(key, chosen, who=who, at=at))
            case "undo":
                self._tune(lambda who, at: self._tuning.undo_last(value, who=who, at=at))
            case "done" if value in DONE:
                self._note(value)
            case "card" if value == "register" and self._card.reader_ready:
                who = self._technician
                self._card.ask(lambda number: self._register(who, number), self._no_card)
            case "card" if value == "remove":
                self._register(self._technician, None)
            case "card" if value == "cancel":
                self._card.stop()
            case "report" if value in self._errands and not self._busy:
                self._run(self._errands[value], self._told)
            case _:
                log.info("a touch that means nothing here: %s", action)

    def _go(self, page: Page, device: str = "") -> None:
        """To another page; what was begun for this one ends. A check that nobody need be there for goes on."""
        self._card.stop()
        self._look.end()
        if self._asking is not None or self._guiding:
            self._cut_short()
        self._page, self._device = page, device

    def _begin_test(self, name: str) -> None:
        if name in TESTS:
            self._go(Page(name))
            self._asking = (name, HealthReport(HealthLevel.INTERACTIVE, question=f"screen.{name}"))
            if name == "sound":
                self.on_chime()
        elif name in self._kiosk.devices and self._free_to_check():
            self._go(Page.DEVICE, name)
            self._check(name, HealthLevel.INTERACTIVE)

    def _free_to_check(self) -> bool:
        """Whether no check is under way; says so where one is."""
        if self._checking is not None:
            self._message = _with_device(ANOTHER_RUNS, self._checking[1])
        return self._checking is None

    @property
    def _guiding(self) -> bool:
        """Whether a check is under way that a person takes part in."""
        return self._checking is not None and self._checking[2] is HealthLevel.INTERACTIVE

    def _check(self, name: str, level: HealthLevel) -> None:
        if self._asking is not None:
            self._cut_short()
        if level is HealthLevel.INTERACTIVE and name in self._lenses:
            self._look.begin(self._lenses[name])
        task = self._kiosk.devices[name].check_health(level)
        self._checking = (task, name, level)
        task.future.add_done_callback(lambda future: self._soon(lambda: self._checked(task, name, level, future)))

    def _checked(self, task: Task[HealthReport], name: str, level: HealthLevel, future: Future[HealthReport]) -> None:
        if self._checking is None or self._checking[0] is not task:
            return  # of somebody who has left
        self._checking = None
        try:
            report = future.result()
        except DeviceError as error:
            report = HealthReport(level, (error.fault,))
        except Cancelled:
            self._message = NOT_FINISHED
            self.on_change()
            return
        except Exception:  # the owner has logged it
            log.exception("a check of %s failed in a way nobody foresaw", name)
            report = HealthReport(level, (Fault("software.fault", NextAction.SOFTWARE),))
        if name == MACHINE:
            self._measured = report
        if report.question and not report.faults:
            self._asking = (name, report)
        else:
            self._keep(Checked.of(name, report, at=self._now(), who=self._technician))
        self.on_change()

    def _answer(self, said: str) -> None:
        """A guided test ends: it works, it is broken, or nobody wants to know; the last two at any moment."""
        if self._asking is not None:
            name, report = self._asking
        elif self._guiding and self._checking is not None and said != "works":
            name, report = self._checking[1], HealthReport(HealthLevel.INTERACTIVE)
        else:
            return
        if said == "cancel":
            self._cut_short()
        elif said in ("works", "broken"):
            self._stop_checking()
            answer: Literal["works", "broken"] = "works" if said == "works" else "broken"
            self._keep(Checked.of(name, report, at=self._now(), who=self._technician, answer=answer))
        else:
            return
        self._look.end()
        if name in TESTS:
            self._page = Page.TESTS

    def _stop_checking(self) -> None:
        if self._checking is not None:
            self._checking[0].abandon()
        self._checking = self._asking = None

    def _cut_short(self) -> None:
        """End what is under way, or waits for an answer; that it was begun stays on record."""
        if self._asking is not None:
            name, level = self._asking[0], self._asking[1].level
        elif self._checking is not None:
            name, level = self._checking[1:]
        else:
            return
        self._stop_checking()
        self._keep(CutShort(at=self._now(), who=self._technician, device=name, level=level), CUT_SHORT)

    def _note(self, what: str) -> None:
        if what == "paper_changed":
            self._keep(Replenished(at=self._now(), who=self._technician, device="receipt_printer", supply="paper"))
        else:
            reader = self._kiosk.devices.get("id_reader")
            serial = reader.identity.serial if reader is not None else ""
            self._keep(Swapped(at=self._now(), who=self._technician, device="id_reader", new_serial=serial))

    def _register(self, who: str, number: str | None) -> None:
        """Ask this technician for the card of this number from now on; None: for none."""

        def register() -> Text:
            try:
                self._technicians.register_card(who, number)
            except TechnicianError as error:
                return error.sentence
            except TechniciansUnusable:
                log.exception("a staff card cannot be kept")
                return CARD_NOT_KEPT
            return CARD_REMOVED if number is None else CARD_REGISTERED

        self._run(register, self._told)

    def _tune(self, change: Callable[[str, datetime], Change]) -> None:
        try:
            changed = change(self._technician, self._now())
        except TuningError as error:
            self._message = error.sentence
            return
        self._message = changed.sentence
        if changed.key == VOLUME:
            self.on_volume(int(changed.new))
            self.on_chime()

    def _keep(self, entry: Checked | CutShort | Replenished | Swapped, told: Text = KEPT) -> None:
        try:
            self._message = told.filled(number=self._records.add(entry))
        except RecordsUnusable:
            log.exception("a record could not be kept")
            self._message = NOT_KEPT

    def _told(self, message: Text | None) -> None:
        self._message = message

    def _run(self, errand: Callable[[], Text | None], then: Callable[[Text | None], None]) -> None:
        """Do something slow; what it comes to arrives here."""
        self._busy = True

        def run() -> None:
            try:
                came = errand()
            except Exception:
                log.exception("an errand of the technician failed in a way nobody foresaw")
                came = self._kiosk.words["software.fault"].happened
            self._soon(lambda: done(came))

        def done(came: Text | None) -> None:
            self._busy = False
            then(came)
            self.on_change()

        self._hands.submit(run)

    # -- what is shown -------------------------------------------------------------------------

    def _settings(self, page: Page) -> tuple[Tunable, ...]:
        """What may be changed on this page: everything, or where the loudspeaker is tried its volume."""
        if page is Page.SETTINGS:
            return self._tuning.listing()
        return tuple(line for line in self._tuning.listing() if line.key == VOLUME) if page is Page.SOUND else ()

    def _card_view(self) -> StaffCardView:
        return StaffCardView(self._has_card(self._technician), self._card.waiting, self._card.reader_ready)

    def _device_view(self, part: readiness.Part, shown: Part) -> DeviceView:
        running = self._checking[2] if self._checking is not None and self._checking[1] == part.name else None
        lens = part.name in self._lenses
        return device_view(self._kiosk, part, shown, running=running, lens=lens, look=self._look.view)

    def _question(self) -> Asked | None:
        if self._asking is None:
            return self._guidance()
        name, report = self._asking
        if name in TESTS:
            return HEARD
        words = self._questions[report.question]
        return Asked(words.ask, words.works, words.broken)

    def _guidance(self) -> Asked | None:
        """What a person has to do in the check that is under way."""
        if self._checking is None or not self._guiding:
            return None
        device_class = self._kiosk.devices[self._checking[1]].capabilities.device_class
        found = (words.begin for code, words in self._questions.items() if code.partition(".")[0] == device_class)
        return Asked(next(found, BEGUN), None, NOT_WORKING)

    def _chip(self, name: str) -> Part:
        return Part(name, device_name(name), same("—"), None, "ok" if name == self._wire else "quiet")

    def _trace(self) -> tuple[TraceLine, ...]:
        trace = self._traces.get(self._wire)
        if trace is None:
            return ()
        lines = [
            TraceLine(number, passed.at, _WAYS.get(passed.what, "·"), self._describe(self._wire, passed))
            for number, passed in trace.since(0)[-TRACE_LINES:]
        ]
        return tuple(reversed(lines))
