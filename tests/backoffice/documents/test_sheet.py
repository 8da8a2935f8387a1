"""What stands on a document, read back from the PDF and from its picture."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from backoffice.documents.sheet import CannotBeSet, Imprint, MissingFacts, Press, compose, office_of, offices, templates
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.item import PrintDocumentStep
from kiosk.gateway.contract import Answer, DocumentRequest
from kiosk.text import Text
from tests.backoffice.documents.bench import (
    COLUMNS,
    SPECIAL,
    found,
    months,
    picture_of,
    plain,
    red,
    request,
    text_of,
)
from tests.kiosk.machine import CONFIG
from tests.people import LIN

CODE = "7K4Q-9MPZ-2HC"
URL = f"https://e.example/documents/{CODE}"
NOW = datetime(2026, 11, 23, 15, 8, tzinfo=UTC)  # 23:08 in Xiamen
SAMPLE = "样本数据，没有法律效力Sampledata"


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


def set_(press: Press, asked: DocumentRequest, answer: Answer, **imprint: object) -> bytes:
    template, office = templates()[asked.document], office_of(asked.question.item)
    assert office is not None
    until = NOW + timedelta(hours=template.valid_hours) if template.valid_hours is not None else None
    return press.pdf(compose(asked, answer, template, office, Imprint(CODE, URL, NOW, until)), NOW)


def of(document: str, press: Press) -> bytes:
    facts = dict(SPECIAL.get(document, {}))
    item = "GA-JJ-02" if document == "penalty_decision" else "HG-01" if document == "origin_certificate" else "RS-01"
    return set_(press, request(document, item=item), found(facts=facts))


@pytest.mark.parametrize("document", templates())
def test_every_document_says_what_it_is_who_signs_when_its_code_and_that_it_is_a_sample(
    document: str, press: Press
) -> None:
    pdf = of(document, press)
    pages = text_of(pdf)
    first, last = pages[0], pages[-1]
    assert "个人参保证明" in first
    assert "Proofofenrolment" in first
    assert "2026年11月23日" in "".join(pages)
    for number, page in enumerate(pages, 1):
        assert CODE in page
        assert f"第{number}页，共{len(pages)}页" in page
        assert URL in page
        assert SAMPLE in page
    assert "样章SAMPLE" in first + last


@pytest.mark.parametrize("document", [name for name, template in templates().items() if "{who}" in template.person])
def test_a_statement_names_the_person_and_shows_every_fact_and_answer(document: str, press: Press) -> None:
    text = text_of(of(document, press))[0]
    assert f"{LIN.name}（公民身份号码{LIN.number}）" in text
    for words in ("现参保单位", "厦门示例网络有限公司", "2016年5月", "正常缴费", "用途", "入学"):
        assert words in text


def test_the_seal_is_a_ring_of_42_millimetres_low_on_the_right(press: Press) -> None:
    seal = red(picture_of(of("proof", press)))
    across, down = np.flatnonzero(seal.any(axis=0)), np.flatnonzero(seal.any(axis=1))
    millimetre = 150 / 25.4
    assert (across[-1] - across[0]) / millimetre == pytest.approx(42, abs=0.7)
    assert (down[-1] - down[0]) / millimetre == pytest.approx(42, abs=0.7)
    assert across[0] > seal.shape[1] / 2


def test_the_code_of_the_page_leads_to_where_it_is_verified(press: Press) -> None:
    for page in range(2):
        codes = zxingcpp.read_barcodes(picture_of(of("origin_certificate", press), page))
        assert [code.text for code in codes] == [URL]


def test_a_list_of_many_pages_repeats_its_head_and_adds_up(press: Press) -> None:
    pdf = set_(press, request("contribution_list", columns=COLUMNS), found(months(100)))
    pages = text_of(pdf)
    assert len(pages) == 4
    for page in pages:
        assert "序号月份缴费基数个人缴费" in page
    assert "共100条记录" in pages[-1]
    assert "20,000.00" in pages[-1]  # the own part; a base is no payment and is not added up
    assert "250,000.00" not in pages[-1]
    assert "样章SAMPLE" in pages[-1]
    assert not red(picture_of(pdf, 0)).any()


def test_rare_characters_and_the_dot_of_minority_names_are_there(press: Press) -> None:
    for name in ("㐀示䶮", "阿依古丽·示例江", "𠮷示例"):
        assert name in text_of(set_(press, request(name=name), found()))[0]


def test_a_name_that_no_font_has_is_an_error_and_no_box(press: Press) -> None:
    with pytest.raises(CannotBeSet):
        set_(press, request(name="\U00031f00示例"), found())


def test_it_calls_itself_a_pdf_a(press: Press) -> None:
    pdf = of("proof", press)
    assert re.search(rb"<pdfaid:part>2</pdfaid:part>", pdf)
    assert re.search(rb"<pdfaid:conformance>B</pdfaid:conformance>", pdf)


def test_without_rows_housing_says_that_there_is_none(press: Press) -> None:
    none = text_of(set_(press, request("housing_status", columns=COLUMNS), found()))[0]
    some = text_of(set_(press, request("housing_status", columns=COLUMNS), found(months(1))))[0]
    assert "没有房屋登记信息" in none
    assert "没有房屋登记信息" not in some
    assert "共1条记录" in some


def test_an_identity_statement_says_until_when_and_that_it_is_not_the_statutory_card(press: Press) -> None:
    text = text_of(set_(press, request("identity_statement", item="GA-HZ-01"), found()))[0]
    assert "有效期至2026年11月24日23:08" in text
    assert "不是《中华人民共和国居民身份证法》规定的临时居民身份证" in text
    for words in ("女", "1985年3月12日", LIN.number):
        assert words in text


def test_a_portrait_on_file_stands_in_its_place(press: Press) -> None:
    jpeg = io.BytesIO()
    Image.new("RGB", (102, 126), (30, 60, 200)).save(jpeg, "JPEG")
    asked = request("identity_statement", item="GA-HZ-01")
    office = office_of("GA-HZ-01")
    assert office is not None
    imprint = Imprint(CODE, URL, NOW, NOW)
    sheet = compose(asked, found(), templates()["identity_statement"], office, imprint)
    picture = picture_of(press.pdf(sheet, NOW, jpeg.getvalue())).astype(int)
    blue = (picture[..., 2] > 150) & (picture[..., 0] < 80)
    assert blue.sum() / (150 / 25.4) ** 2 == pytest.approx(34 * 44, rel=0.05)  # square millimetres


def test_a_penalty_decision_carries_all_that_the_law_asks_for(press: Press) -> None:
    facts = SPECIAL["penalty_decision"]
    text = text_of(set_(press, request("penalty_decision", item="GA-JJ-02"), found(facts=facts)))
    assert len(text) == 1
    for what in (LIN.name, LIN.number, *facts.values()):
        assert plain(what) in text[0], what
    for right in (
        "十五日内",
        "百分之三",
        "加处罚款的总额不超过罚款数额",
        "六十日内",
        "行政复议",
        "六个月内",
        "行政诉讼",
        "被处罚人于2026年11月18日08:15在湖里区示例路口",
        "2026年11月23日23:08，在自助处理终端",
        "执法人员：民警示例，警号350000（电子签名）",
    ):
        assert right in text[0]


@pytest.mark.parametrize("missing", SPECIAL["penalty_decision"])
def test_a_penalty_decision_that_lacks_anything_is_not_made(missing: str) -> None:
    facts = {key: value for key, value in SPECIAL["penalty_decision"].items() if key != missing}
    office = office_of("GA-JJ-02")
    assert office is not None
    with pytest.raises(MissingFacts, match=missing):
        compose(
            request("penalty_decision", item="GA-JJ-02"),
            found(facts=facts),
            templates()["penalty_decision"],
            office,
            Imprint(CODE, URL, NOW),
        )


def test_a_certificate_of_origin_bears_two_seals_without_an_address_and_its_overleaf(press: Press) -> None:
    pdf = of("origin_certificate", press)
    first, second = text_of(pdf)
    assert "单证专用章" in first
    assert "签证专用章" in first
    assert "背页说明" in second
    pair = red(picture_of(pdf))
    left, right = pair[:, : pair.shape[1] // 2].sum(), pair[:, pair.shape[1] // 2 :].sum()
    assert left > 3000
    assert right > 3000


def test_the_copies_that_were_chosen_come_with_the_original_each_marked_and_on_sheets_of_its_own(press: Press) -> None:
    facts = found(facts=SPECIAL["origin_certificate"])
    pdf = set_(press, request("origin_certificate", item="HG-01", asked={"copies": "2"}), facts)
    pages = text_of(pdf)
    assert len(pages) == 6
    marks = ["正本ORIGINAL", "副本COPY", "副本COPY"]
    for mark, front, overleaf in zip(marks, pages[::2], pages[1::2], strict=True):
        assert mark in front
        assert "第1页，共2页" in front
        assert "第2页，共2页" in overleaf
        assert CODE in front


def test_where_the_front_is_longer_a_copy_still_begins_on_a_sheet_of_its_own(press: Press) -> None:
    asked = request("origin_certificate", item="HG-01", columns=COLUMNS, asked={"copies": "1"})
    pages = text_of(set_(press, asked, found(months(40), SPECIAL["origin_certificate"])))
    (copy,) = [number for number, page in enumerate(pages) if "副本COPY" in page]
    assert copy % 2 == 0
    assert "第1页" in pages[copy]


@pytest.mark.parametrize("copies", ["9", "-1", "many"])
def test_a_number_of_copies_that_is_none_makes_no_document(copies: str, press: Press) -> None:
    asked = request("origin_certificate", item="HG-01", asked={"copies": copies})
    with pytest.raises(MissingFacts, match="copies"):
        set_(press, asked, found(facts=SPECIAL["origin_certificate"]))


def test_somebody_who_reads_english_finds_it_beside_every_label(press: Press) -> None:
    text = text_of(set_(press, request(language="en"), found()))[0]
    for words in ("Presentemployer", "Firstmonthpaid", "入学(School)"):
        assert words in text


def test_what_the_department_repeats_stands_there_once(press: Press) -> None:
    same = request(answers=(request().answers[0].model_copy(update={"value": Text(zh="201605", en="201605")}),))
    text = text_of(set_(press, same, found(facts={"first": "201605"})))[0]
    assert "用途201605" in text  # another value than what is shown of the fact
    twice = request(answers=(request().answers[0].model_copy(update={"value": Text(zh="正常缴费", en="paying")}),))
    assert text_of(set_(press, twice, found()))[0].count("正常缴费") == 1


def test_a_long_word_stays_in_its_cell_and_can_be_copied(press: Press) -> None:
    long = "LSL0000000000001" * 8
    pdf = set_(press, request(), found(facts={"unit": long}))
    assert long in text_of(pdf)[0]
    beyond = picture_of(pdf)[:, int(186 * 150 / 25.4) :]  # right of the table
    assert beyond.min() > 200


def test_nothing_a_department_says_is_markup(press: Press) -> None:
    text = text_of(set_(press, request(), found(facts={"unit": '#rect() *x* $y$ <b> "quoted" \\ [z]'})))[0]
    assert '#rect()*x*$y$<b>"quoted"\\[z]' in text


def test_every_item_with_a_document_has_a_template_and_somebody_who_signs() -> None:
    for code, item in load_catalogue(CONFIG).items():
        for step in item.steps:
            if isinstance(step, PrintDocumentStep):
                assert step.document in templates(), code
                assert office_of(code) is not None, code


def test_the_longest_beginning_says_who_signs() -> None:
    assert office_of("GA-JJ-02") is offices()["GA-JJ"]
    assert office_of("GA-HZ-01") is offices()["GA"]
    assert office_of("ZZ-01") is None
