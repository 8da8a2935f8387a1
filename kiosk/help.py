"""The help that is one touch away on every page: what to do now, whom to call, where a person can be met."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.catalogue.departments import Department
from kiosk.catalogue.help import Help
from kiosk.catalogue.item import Item
from kiosk.home import Choice, Elsewhere, HomeView
from kiosk.text import Text
from kiosk.visit.view import VisitView

AT_HOME = Text(
    zh="选要办的事，按屏幕上的提示一步一步来。找不到的，点“搜一搜”，说法不用准。",
    en="Choose what you would like to do and follow the screen step by step. What you do not see can be searched for.",
)
PERSON_AT_HOME = Text(
    zh="可以问站点的工作人员，或到市行政服务中心，工作日 9:00–12:00、13:00–17:00。",
    en="Ask the staff here, or go to the Administrative Service Centre, weekdays 9:00–12:00 and 13:00–17:00.",
)
HOTLINE = Text(zh="站点服务热线", en="Help with this machine")


@dataclass(frozen=True, slots=True)
class Phone:
    """Whom to call."""

    name: Text
    phone: str


@dataclass(frozen=True, slots=True)
class HelpView:
    """What the help sheet shows. ``nearest`` is another station that works; ``troubles`` can be reported."""

    todo: Text
    phones: tuple[Phone, ...]
    person: Text
    nearest: Elsewhere | None
    troubles: tuple[Choice, ...]


def page_of(view: VisitView | None, home: HomeView) -> str:
    """What the page is called on which somebody asks for help."""
    if view is not None:
        return view.step_id
    return "closed" if home.closed is not None else "home"


def help_view(
    words: Help,
    home: HomeView,
    departments: tuple[Department, ...],
    elsewhere: tuple[Elsewhere, ...],
    here: tuple[VisitView, Item, Department] | None,
) -> HelpView:
    """The help of the page that stands: ``here`` is the visit under way, its item and the item's department."""
    hotline = Phone(HOTLINE, home.hotline)
    troubles = tuple(Choice(trouble.id, trouble.name, ()) for trouble in words.troubles)
    nearest = elsewhere[0] if elsewhere else None
    if here is None:
        todo = home.closed.meaning if home.closed is not None else AT_HOME
        phones = (hotline, *(Phone(one.short, one.phone) for one in departments))
        return HelpView(todo, phones, PERSON_AT_HOME, nearest, troubles)
    view, item, department = here
    todo = view.problem.todo if view.problem is not None else view.hint
    phones = (hotline, Phone(department.name, item.guide.phone or department.phone))
    return HelpView(todo, phones, item.guide.elsewhere or department.elsewhere, nearest, troubles)
