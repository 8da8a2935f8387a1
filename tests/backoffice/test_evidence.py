"""What the traffic police show of a violation: over real HTTP, of the one that is looked at."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from backoffice.evidence import DRAWN_FROM, Scene, pictures_of
from backoffice.reference import Record, load_records
from backoffice.service import create_app
from backoffice.store import Store
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.contract import MOST_PICTURE_BYTES, Answer, FaceProof, Question
from tests.backoffice.running import Running
from tests.people import LIN

FACE = FaceProof(distance=0.31, threshold=0.4, frames=5, engine="dlib")
FACTS = {"happened_at": "20261118", "happened_time": "08:15", "place": "湖里区示例路", "plate": "闽D00001"}


@pytest.fixture
def client(store: Store) -> Iterator[GatewayClient]:
    with Running(create_app(store)) as running:
        client = GatewayClient(running.url)
        yield client
        client.close()


def ask(client: GatewayClient, operation: str, **asked: str) -> Answer:
    question = Question(item="GA-JJ-02", station="XM-0001", number=LIN.number, name=LIN.name, proof=FACE, asked=asked)
    return client.ask(operation, question)


def test_only_the_violation_that_is_looked_at_brings_its_photographs(client: GatewayClient) -> None:
    assert ask(client, "police.own_violations").pictures == ()
    answer = ask(client, "police.penalty", violation="lin_sign")
    assert len(answer.pictures) == 3
    for picture in answer.pictures:
        assert len(picture.png) < MOST_PICTURE_BYTES
        with Image.open(io.BytesIO(picture.png)) as opened:
            assert (opened.format, opened.size) == ("PNG", (720, 532))
        for known in (answer.facts["place"], answer.facts["plate"], "08:15:0"):
            assert known in picture.words.zh
            assert known in picture.words.en
    assert "闽D00001" not in repr(answer)


def test_as_many_photographs_are_there_as_the_words_of_the_evidence_say() -> None:
    _, records = load_records()
    for record in records["police"].operations["police.penalty"].found.values():
        assert record.facts["evidence"] == f"技术监控照片 {len(record.photographs)} 张"


def test_the_car_moves_and_time_place_and_plate_are_drawn() -> None:
    before, inside = (drawn(FACTS, scene) for scene in (Scene.BEFORE, Scene.INSIDE))
    assert (before != inside)[:480].any()
    assert (before == inside)[480:].all()
    for key, other in (("happened_time", "08:16"), ("place", "思明区示例路"), ("plate", "闽D00009")):
        assert (drawn({**FACTS, key: other}, Scene.BEFORE) != before)[480:].any(), key


def drawn(facts: dict[str, str], scene: Scene) -> np.ndarray:
    with Image.open(io.BytesIO(pictures_of(facts, (scene,))[0].png)) as opened:
        return np.asarray(opened.convert("RGB"))


@pytest.mark.parametrize("missing", sorted(DRAWN_FROM))
def test_photographs_of_nothing_known_are_a_mistake(missing: str) -> None:
    facts = {key: value for key, value in FACTS.items() if key != missing}
    with pytest.raises(ValueError, match=f"cannot be drawn without {missing}"):
        Record.model_validate({"facts": facts, "photographs": ["before"]})
