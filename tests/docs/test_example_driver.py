"""The example of the driver guide is a real device class: it passes the contract suite that all others pass."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import HealthLevel
from drivers.injection import FaultKind
from tests.drivers import test_contract
from tests.drivers.contract import Bench

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "hardware" / "example"
SENTENCES = {
    name: function
    for name, function in vars(test_contract).items()
    if name.startswith("test_") and "bench" in inspect.signature(function).parameters
}
ROUNDS: dict[str, list[Any]] = {"level": list(HealthLevel), "kind": list(FaultKind)}


@pytest.fixture(scope="module", autouse=True)
def example() -> Iterator[None]:
    sys.path.insert(0, str(EXAMPLE))
    yield
    sys.path.remove(str(EXAMPLE))


@pytest.fixture
def bench() -> Iterator[Bench]:
    with importlib.import_module("bench").bench() as bench:
        bench.until_ready()
        yield bench


def rounds() -> Iterator[Any]:
    for name, function in SENTENCES.items():
        more = inspect.signature(function).parameters.keys() - {"bench"}
        for key in more:
            yield from (pytest.param(function, {key: value}, id=f"{name}-{value}") for value in ROUNDS[key])
        if not more:
            yield pytest.param(function, {}, id=name)


@pytest.mark.parametrize(("sentence", "of"), list(rounds()))
def test_what_holds_for_every_device_class_holds_for_the_example(
    bench: Bench, sentence: Callable[..., None], of: dict[str, Any]
) -> None:
    sentence(bench, **of)


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_the_examples_parser_survives_anything(pieces: list[bytes]) -> None:
    protocol = importlib.import_module("cabinet.protocol")
    parser = protocol.LineParser()
    for piece in pieces:
        parser.feed(piece)
    parser.feed(b"\n")
    assert parser.feed(protocol.answer(protocol.Reading(True, -5))) == [protocol.Reading(True, -5)]


def test_the_guide_names_every_file_of_the_example() -> None:
    guide = (EXAMPLE.parent / "new-driver.md").read_text(encoding="utf-8")
    for path in EXAMPLE.rglob("*"):
        if path.is_file() and path.suffix in (".py", ".yaml") and path.name != "__init__.py":
            assert str(path.relative_to(EXAMPLE)) in guide
