"""The pages of cards that are put into the machine: a bank card, whose number is read, and a card that is written.

A card inside belongs to somebody who cannot reach it. So the page of a card that
is written always says where the card is, what stands on it now, and how it comes
back; nobody leaves it while something moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.catalogue.item import BANK_CARD, Fact, LookupStep, ReadBankCardStep, RewriteCardStep
from kiosk.privacy import mask_bank_card
from kiosk.text import Text
from kiosk.visit import words
from kiosk.visit.events import (
    BankCardIn,
    BankCardOut,
    BankCardRead,
    CardDiscarded,
    CardDrawnIn,
    CardKept,
    CardOffered,
    CardTaken,
    ChipRead,
    DiscardCard,
    Event,
    Failed,
    FetchNewCard,
    GiveCardBack,
    NewCardFetched,
    News,
    NewsDone,
    ReadBankCard,
    Record,
    SlipDone,
    StopDevices,
    TakeInCard,
    TellWritten,
    WriteCard,
    WritingDone,
    Written,
)
from kiosk.visit.page import Page
from kiosk.visit.shown import shown_fact
from kiosk.visit.view import (
    BankCardState,
    Button,
    OnCard,
    ReadBankCardBody,
    ReviewRow,
    RewriteBody,
    RewriteState,
)

if TYPE_CHECKING:
    from kiosk.visit.visit import Visit

# -- the bank card -------------------------------------------------------------------

# After so long, somebody who forgets to pull the card out is told once more.
OVERDUE_SECONDS = 8.0

_BANK_TITLE = Text(zh="请插入您本人的银行卡", en="Push in your own bank card")
_BANK_HINT = Text(
    zh="芯片朝前、朝上，插到底，先不要拔。不输密码，也不扣钱。",
    en="Chip first and facing up, as far as it goes; leave it in. No PIN is asked for and nothing is paid.",
)
_BANK_READING_TITLE = Text(zh="正在读卡，请先不要拔", en="Reading; please leave the card in")
_BANK_READING_HINT = Text(zh="只读卡号，一两秒钟。", en="Only its number is read; a second or two.")
_BANK_OUT_TITLE = Text(zh="卡号已读取，请拔出银行卡", en="It has been read; please pull the card out")
_BANK_OUT_HINT = Text(zh="拔出来收好，再点下一步。", en="Put it away, then go on.")
_BANK_OVERDUE_TITLE = Text(
    zh="银行卡还在插卡口，请拔出来收好", en="Your bank card is still in the slot; please take it"
)
_BANK_READ_TITLE = Text(zh="请核对银行卡", en="Please check the card")
_BANK_READ_HINT = Text(
    zh="这次办理用这张卡。不是的话，换一张再插。", en="This is the card that is used. If it is another, change it."
)
_BANK_WAITING = Text(zh="等待插卡", en="Push it in")
_BANK_READING = Text(zh="正在读取", en="Reading")
_BANK_PULL = Text(zh="请先拔出卡", en="Pull the card out first")
_BANK_AGAIN = Text(zh="换一张银行卡", en="Use another card")


class ReadBankCardPage(Page):
    """The number of the own bank card becomes an answer; whoever goes on has pulled the card out."""

    step: ReadBankCardStep

    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._state = BankCardState.WAITING
        self._card_in = False
        self._read_at = 0.0

    def enter(self) -> None:
        if not self.complete():
            self._wait()

    def leave(self) -> None:
        self.visit.emit(StopDevices())

    def complete(self) -> bool:
        return self._state is BankCardState.READ and BANK_CARD in self.visit.answers

    def handle(self, event: Event) -> None:
        match event:
            case BankCardIn() if self._state is BankCardState.WAITING and self.visit.problem is None:
                self._state = BankCardState.READING
            case BankCardRead(number, seconds) if self._state is not BankCardState.READ:
                self.visit.answers[BANK_CARD] = number
                self._state, self._card_in, self._read_at = BankCardState.READ, True, self.visit.now
                self.visit.emit(Record("bank_card_read", {"seconds": round(seconds, 3)}))
            case BankCardOut():
                self._card_in = False
            case Failed() if self._state is BankCardState.READ:
                self._card_in = False  # its number is known; whether it is still there, nobody can tell any more
            case Failed(code):
                self._state = BankCardState.WAITING
                self.visit.fail(code)
            case _:
                pass

    def act(self, action: str) -> None:
        if action == "next" and self.complete() and not self._card_in:
            self.visit.advance()
        elif action == "retry" and self.visit.problem is not None:
            self.visit.problem = None
            self._wait()
        elif action == "again" and self._state is BankCardState.READ and not self._card_in:
            self._wait()

    def working(self) -> bool:
        return self._state is BankCardState.READING

    def title(self) -> Text:
        if self._overdue():
            return _BANK_OVERDUE_TITLE
        if self._card_in:
            return _BANK_OUT_TITLE
        return {
            BankCardState.WAITING: _BANK_TITLE,
            BankCardState.READING: _BANK_READING_TITLE,
            BankCardState.READ: _BANK_READ_TITLE,
        }[self._state]

    def hint(self) -> Text:
        if self._card_in:
            return _BANK_OUT_HINT
        return {
            BankCardState.WAITING: _BANK_HINT,
            BankCardState.READING: _BANK_READING_HINT,
            BankCardState.READ: _BANK_READ_HINT,
        }[self._state]

    def body(self) -> ReadBankCardBody:
        if self._state is not BankCardState.READ:
            return ReadBankCardBody(self._state)
        number = mask_bank_card(self.visit.answers.get(BANK_CARD, ""))
        return ReadBankCardBody(self._state, number, self._card_in, self._overdue())

    def primary(self) -> Button:
        if self._state is BankCardState.READ:
            return Button("next", _BANK_PULL if self._card_in else words.NEXT, enabled=not self._card_in)
        waiting = self._state is BankCardState.WAITING
        return Button("next", _BANK_WAITING if waiting else _BANK_READING, enabled=False)

    def secondary(self) -> tuple[Button, ...]:
        return (Button("again", _BANK_AGAIN),) if self.complete() and not self._card_in else ()

    def _overdue(self) -> bool:
        return self._card_in and self.visit.now - self._read_at > OVERDUE_SECONDS

    def _wait(self) -> None:
        self.visit.answers.pop(BANK_CARD, None)
        self._state, self._card_in = BankCardState.WAITING, False
        self.visit.emit(ReadBankCard())


# -- the card that is written ------------------------------------------------------------

# A card that was not written well is written once more; a new one is replaced once.
TRIES = 2
# When so little is left before a card is kept, its holder is called once more.
HURRY_SECONDS = 20
# What the same unit may do better at once; anything else needs a person first.
BETTER_AT_ONCE = "card_rewriter.write_failed"

_CHECKING_TITLE = Text(zh="正在核对证件", en="Checking the card")
_CHECKING_HINT = Text(zh="几秒钟，不用动手。", en="This takes a few seconds.")
_FETCHING_TITLE = Text(zh="正在取一张新证", en="Fetching a new card")
_WRITING_TITLE = Text(zh="正在写证件，请不要离开", en="Writing the card; please stay")
_NEW_WRITING_TITLE = Text(zh="正在制作新证，请不要离开", en="Writing your new card; please stay")
_WRITING_HINT = Text(
    zh="不到一分钟。写完机器会自己核对，再退出来。",
    en="Less than a minute. The machine checks what it wrote and gives it back.",
)
_AGAIN_HINT = Text(
    zh="第一次没写清楚，正在重写一遍。", en="The first try was not clear enough; it is written once more."
)
_NEW_AGAIN_HINT = Text(
    zh="刚才那张没写清楚，正在重做一张。", en="The first one was not clear enough; another is being made."
)
_OFFERED_TITLES: dict[OnCard, Text] = {
    OnCard.BEFORE: Text(zh="请取走证件", en="Please take your card"),
    OnCard.UNCERTAIN: Text(zh="请取走证件", en="Please take your card"),
    OnCard.WRITTEN: Text(zh="写好了，请取走证件", en="It is done; please take your card"),
}
_HURRY_TITLE = Text(zh="证件还在卡口，请马上取走", en="Your card is still in the slot; please take it now")
_OFFERED_HINT = Text(zh="没有及时取走的证件，机器会收起来保管。", en="A card that nobody takes is kept in the machine.")
_TAKEN_TITLE = Text(zh="证件已写好", en="Your card is written")
_NEW_TAKEN_TITLE = Text(zh="新证已取走", en="You have your new card")
_TAKEN_HINT = Text(zh="请看看证上的内容对不对。", en="Please check what stands on it.")
_KEPT_TITLE = Text(zh="证件已由机器收起保管", en="Your card is kept in the machine")
_KEPT_HINT = Text(
    zh="过了时间没有取走。请凭身份证和下面的单号领取。",
    en="It was not taken in time. It is handed over for your ID card and the number below.",
)
_STUCK_TITLE = Text(zh="证件在机器里，退不出来", en="Your card does not come out")
_STUCK_HINT = Text(
    zh="不会丢失。请不要用力拉，工作人员会打开机器取出来，凭身份证和下面的单号交还您本人。",
    en="It is not lost. Please do not pull at it: the staff open the machine and hand it over for your ID card and the "
    "number below.",
)
_ON_CARD: dict[OnCard, Text] = {
    OnCard.BEFORE: Text(zh="证上还是原来的内容，没有改动。", en="It shows what it showed before; nothing was changed."),
    OnCard.WRITTEN: Text(zh="新内容已经写在证上。", en="What was to be written stands on it."),
    OnCard.UNCERTAIN: Text(
        zh="证上的新内容可能不全，需要重写。", en="What stands on it may be incomplete; it has to be written again."
    ),
}
_ON_NEW_CARD: dict[OnCard, Text] = {
    **_ON_CARD,
    OnCard.BEFORE: Text(zh="新证上还没有写内容。", en="Nothing stands on the new card yet."),
}
_NEWS: dict[News, Text] = {
    News.TELLING: Text(zh="正在告诉办理部门……", en="Telling the department …"),
    News.TOLD: Text(zh="办理部门已经收到写好的消息。", en="The department knows that it is done."),
    News.LATER: Text(
        zh="网络暂时不通，恢复后本机会自动告诉办理部门，不用您再跑一趟。",
        en="The line is down; the department is told by itself later. You need not come back.",
    ),
    News.UNTOLD: Text(
        zh="没能告诉办理部门。证件已经写好，请打 {phone} 说明一下。",
        en="The department could not be told. Your card is done; please call {phone} and tell them.",
    ),
}
_WAITING = Text(zh="等待放入证件", en="Put in the card")
_PLEASE_WAIT = Text(zh="请稍候", en="Please wait")
_TAKE = Text(zh="等待取走", en="Take the card")


class RewriteCardPage(Page):
    """Written once: what was written is told to its department, whatever becomes of the card afterwards.

    An own card comes back in any case. A new card that was not written well is handed to nobody.
    """

    step: RewriteCardStep
    may_go_back = False

    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._state = RewriteState.WAITING
        self._on_card = OnCard.BEFORE
        self._tries = 0
        self._once_more = False  # the last try failed in a way that the next one may not
        self._on_its_way = (
            False  # out of the machine: it was asked to give a card back and has not said what came of it
        )
        self._kept_at: float | None = None  # when a card that is held out is kept
        self._kept: CardKept | None = None
        self._slip_printed: bool | None = None
        self._news: News | None = None

    def enter(self) -> None:
        self._begin()

    def forget(self) -> None:
        self._kept = None

    def complete(self) -> bool:
        there = self._state in (RewriteState.TAKEN, RewriteState.KEPT, RewriteState.STUCK)
        return there and self._on_card is OnCard.WRITTEN and self._news is not News.TELLING

    def handle(self, event: Event) -> None:
        match event:
            case CardDrawnIn() if self._state is RewriteState.WAITING:
                self._state = RewriteState.CHECKING
            case ChipRead(number) if self._state is RewriteState.CHECKING:
                self._check(number)
            case NewCardFetched() if self._state is RewriteState.FETCHING:
                self._write()
            case WritingDone(outcome, fault) if self._state is RewriteState.WRITING:
                self._written(outcome, fault)
            case CardDiscarded() | Failed() if self._state is RewriteState.WRITING and self.step.new_card:
                self._discarded(event)
            case CardOffered(seconds):
                self._kept_at = self.visit.now + seconds
                if self._state is RewriteState.STUCK:  # somebody has freed it
                    self._state, self._on_its_way = RewriteState.OFFERED, True
            case CardTaken():
                self._taken()
            case CardKept():
                self._keep(event)
            case SlipDone(printed):
                self._slip_printed = printed
            case NewsDone(news):
                self._news = news
                self.visit.emit(Record("card_news", {"state": news, "operation": self.step.operation}))
            case Failed(code) if self._state in (RewriteState.WAITING, RewriteState.CHECKING):
                self._give_back(code)
            case Failed(code) if self._state is RewriteState.FETCHING:
                self.visit.emit(DiscardCard())  # one may be on its way
                self.visit.fail(code)
            case _:
                pass

    def act(self, action: str) -> None:
        if action == "next" and self.complete():
            self.visit.advance()
        elif action == "retry" and self.visit.problem is not None:
            self.visit.problem = None
            if not self._on_its_way:
                self._begin()

    def working(self) -> bool:
        if self.visit.problem is not None:
            return False
        resting = self._state in (RewriteState.WAITING, RewriteState.TAKEN, RewriteState.KEPT, RewriteState.STUCK)
        return not resting or self._news is News.TELLING

    def title(self) -> Text:
        if self._state is RewriteState.OFFERED:
            return _HURRY_TITLE if 0 < self._seconds_left() <= HURRY_SECONDS else _OFFERED_TITLES[self._on_card]
        is_new = self.step.new_card
        return {
            RewriteState.WAITING: self.step.title,
            RewriteState.CHECKING: _CHECKING_TITLE,
            RewriteState.FETCHING: _FETCHING_TITLE,
            RewriteState.WRITING: _NEW_WRITING_TITLE if is_new else _WRITING_TITLE,
            RewriteState.TAKEN: _NEW_TAKEN_TITLE if is_new else _TAKEN_TITLE,
            RewriteState.KEPT: _KEPT_TITLE,
            RewriteState.STUCK: _STUCK_TITLE,
        }[self._state]

    def hint(self) -> Text:
        again = _NEW_AGAIN_HINT if self.step.new_card else _AGAIN_HINT
        hint = {
            RewriteState.WAITING: self.step.hint,
            RewriteState.CHECKING: _CHECKING_HINT,
            RewriteState.FETCHING: again if self._tries else self.step.hint,
            RewriteState.WRITING: again if self._tries > 1 else _WRITING_HINT,
            RewriteState.OFFERED: _OFFERED_HINT,
            RewriteState.TAKEN: _TAKEN_HINT,
            RewriteState.KEPT: _KEPT_HINT,
            RewriteState.STUCK: _STUCK_HINT,
        }[self._state]
        if self.visit.owed and self._state in (RewriteState.KEPT, RewriteState.STUCK):
            return Text(zh=f"{hint.zh}{words.MONEY_BACK.zh}", en=f"{hint.en} {words.MONEY_BACK.en}")
        return hint

    def body(self) -> RewriteBody:
        kept = self._kept
        done = (RewriteState.OFFERED, RewriteState.TAKEN, RewriteState.KEPT, RewriteState.STUCK)
        on_card = _ON_NEW_CARD if self.step.new_card else _ON_CARD
        news = _NEWS[self._news].filled(phone=self.visit.department.phone) if self._news is not None else None
        return RewriteBody(
            self._state,
            tuple(ReviewRow(line.label, self._said(line)) for line in self.step.lines),
            self.step.new_card,
            self._on_card,
            on_card[self._on_card] if self._state in done else None,
            news,
            self._seconds_left(),
            kept.slip if kept is not None else "",
            kept.place if kept is not None else None,
            kept.phone if kept is not None else "",
            self._slip_printed,
        )

    def primary(self) -> Button:
        match self._state:
            case RewriteState.WAITING:
                return Button("next", _WAITING, enabled=False)
            case RewriteState.OFFERED:
                return Button("next", _TAKE, enabled=False)
            case RewriteState.KEPT | RewriteState.STUCK if self._on_card is not OnCard.WRITTEN:
                return Button("exit", words.LEAVE)
            case RewriteState.TAKEN | RewriteState.KEPT | RewriteState.STUCK:
                return Button("next", words.NEXT, enabled=self.complete())
            case _:
                return Button("next", _PLEASE_WAIT, enabled=False)

    # -- inside ------------------------------------------------------------------------

    def _begin(self) -> None:
        """Have a card: the citizen's own, or one of the stock."""
        self._tries = 0
        self._state = RewriteState.FETCHING if self.step.new_card else RewriteState.WAITING
        if not all(self.visit.facts.get(line.key) for line in self.step.lines):
            self.visit.fail("rewrite.nothing_to_write", Button("exit", words.LEAVE))
            return
        self._fetch()

    def _fetch(self) -> None:
        lines = tuple((line.label, self._said(line)) for line in self.step.lines)
        self.visit.emit(FetchNewCard(lines) if self.step.new_card else TakeInCard(lines))

    def _said(self, line: Fact) -> Text:
        return self.visit.said.get(line.key) or shown_fact(line, self.visit.facts.get(line.key, ""))

    def _check(self, number: str) -> None:
        """Only the card of whom it was approved for is written."""
        wanted = self.visit.value(self.step.number) if self.step.number is not None else ""
        own = bool(wanted) and number == wanted
        self.visit.emit(Record("card_checked", {"right": int(own)}))
        if own:
            self._write()
        else:
            self._give_back("rewrite.other_card")

    def _write(self) -> None:
        self._state = RewriteState.WRITING
        self._tries += 1
        self.visit.emit(WriteCard())

    def _written(self, outcome: Written, fault: str) -> None:
        if self._on_card is OnCard.UNCERTAIN and outcome is Written.UNCHANGED:
            outcome = Written.UNCERTAIN  # it is as the try before left it
        self.visit.emit(
            Record(
                "card_written",
                {"outcome": outcome, "fault": fault or None, "tries": self._tries, "operation": self.step.operation},
            )
        )
        self._once_more = fault == BETTER_AT_ONCE and self._tries < TRIES
        match outcome:
            case Written.WRITTEN:
                self._on_card = OnCard.WRITTEN
                self._tell()
                self.visit.handed_out()
                self._give_back()
            case _ if self.step.new_card:
                self.visit.emit(DiscardCard())
            case Written.UNCHANGED:
                self._give_back("rewrite.unchanged")
            case Written.UNCERTAIN:
                self._on_card = OnCard.UNCERTAIN
                if self._once_more:
                    self._write()
                else:
                    self._give_back("rewrite.uncertain")

    def _discarded(self, event: CardDiscarded | Failed) -> None:
        """The new card that was not written is out of everybody's reach."""
        if self._once_more and isinstance(event, CardDiscarded):
            self._state = RewriteState.FETCHING
            self._fetch()
        else:
            self.visit.fail("rewrite.spoiled")

    def _tell(self) -> None:
        """The department sees whom the card is for, and what it was asked with before."""
        visit, steps = self.visit, self.visit.item.steps
        department = self.step.operation.partition(".")[0]
        asked: dict[str, str] = {}
        for step in steps[: steps.index(self.step)]:
            if isinstance(step, LookupStep) and step.operation.partition(".")[0] == department:
                asked |= {key: visit.answers[key] for key in step.asks if key in visit.answers}
        self._news = News.TELLING
        visit.emit(TellWritten(self.step, asked, visit.record, visit.proof, visit.typed))

    def _give_back(self, code: str = "") -> None:
        """Hold the card out, where there is one; with ``code`` it is said why."""
        self._state, self._on_its_way, self._kept_at = RewriteState.OFFERED, True, None
        self.visit.emit(GiveCardBack())
        if code:
            self.visit.fail(code)

    def _taken(self) -> None:
        if not self._on_its_way and self._state is not RewriteState.STUCK:  # one that was stuck may be freed by hand
            return
        self._on_its_way, self._kept_at = False, None
        if self._on_card is OnCard.WRITTEN:
            self._state = RewriteState.TAKEN
        elif self.visit.problem is None:  # it is to be tried once more
            self._begin()
        else:
            self._state = RewriteState.WAITING

    def _keep(self, kept: CardKept) -> None:
        if not self._on_its_way:
            return
        self._on_its_way, self._kept_at, self._kept = False, None, kept
        self._state = RewriteState.STUCK if kept.fault else RewriteState.KEPT
        self.visit.problem = None  # where the card is says more than why it was to come back

    def _seconds_left(self) -> int:
        return max(round(self._kept_at - self.visit.now), 0) if self._kept_at is not None else 0
