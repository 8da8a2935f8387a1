"""Items that exist for tests only: one of each way to ask a department."""

from __future__ import annotations

from typing import Any

import yaml

from kiosk.catalogue.item import Item

_HEAD = """
schema: 1
code: JT-97
revision: 1
name: {zh: 示例查询, en: A sample query}
line: {zh: 当场查, en: At once}
department: transport
group: records
kind: query
provenance: {grade: K, sources: [none], note: Nothing of it is a rule.}
guide:
  result: {zh: 查询结果, en: The result}
  who: {zh: 所有人, en: Everybody}
  bring: [{zh: 身份证, en: Your ID card}]
  minutes: 2
  fee: {zh: 免费, en: Free}
  afterwards: {zh: 当场看, en: At once}
risk: look
requires: []
receipt: []
"""

_SENTENCES = "happened: {zh: 不行, en: Denied}, meaning: {zh: 就是这样。, en: So it is.}, todo: {zh: 请走。, en: Go.}"

# The holder of a card is asked about; what is found is shown, and a condition denies.
BY_CARD = f"""
conditions:
  owes: {{field: fact.fines, more_than: 0}}
steps:
  - {{kind: guide}}
  - {{kind: read_card}}
  - {{kind: sign_in}}
  - id: records
    kind: lookup
    operation: transport.records
    title: {{zh: 您的记录, en: Your records}}
    hint: {{zh: 请看一看。, en: Please have a look.}}
    facts:
      - {{key: rating, label: {{zh: 等级, en: Rating}}, words: {{a: {{zh: 优良, en: Good}}}}}}
      - {{key: since, label: {{zh: 发证日期, en: Issued}}, type: date}}
      - {{key: fines, label: {{zh: 未缴罚款, en: Fines}}, type: amount, hidden: true}}
    columns: [{{key: day, label: {{zh: 日期, en: Day}}, type: date}}, {{key: what, label: {{zh: 事由, en: What}}}}]
    empty: {{{_SENTENCES.replace("不行", "没有查到")}}}
    deny:
      - {{when: owes, {_SENTENCES.replace("不行", "还有罚款没缴")}}}
  - {{kind: rate}}
  - {{kind: done, next_steps: [{{zh: 请拿好身份证。, en: Take your card.}}]}}
"""

# A plate is asked for, then asked about in silence; one more form follows, and one of the rows is picked.
BY_PLATE = f"""
conditions:
  scrapped: {{field: fact.state, equals: scrapped}}
steps:
  - {{kind: guide}}
  - id: vehicle
    kind: form
    title: {{zh: 哪一辆车, en: Which vehicle}}
    hint: {{zh: 车牌号, en: Its plate}}
    fields:
      - {{key: plate, type: plate, sample: 闽D12345, label: {{zh: 车牌, en: Plate}}, hint: {{zh: 车牌, en: Plate}}}}
  - id: check
    kind: lookup
    operation: transport.vehicle
    title: {{zh: 车辆, en: Vehicle}}
    hint: {{zh: 车辆, en: Vehicle}}
    show: false
    asks: [plate]
    facts: [{{key: state, label: {{zh: 状态, en: State}}}}]
    columns: [{{key: name, label: {{zh: 检测站, en: Station}}}}, {{key: road, label: {{zh: 地址, en: Address}}}}]
    deny:
      - {{when: scrapped, {_SENTENCES.replace("不行", "这辆车已经报废")}}}
  - id: choice
    kind: form
    title: {{zh: 哪一个检测站, en: Which station}}
    hint: {{zh: 选一个, en: Choose one}}
    fields:
      - {{key: station, type: pick, rows: check, label: {{zh: 检测站, en: Station}}, hint: {{zh: 选, en: Choose}}}}
  - {{kind: done, next_steps: [{{zh: 再见。, en: Goodbye.}}]}}
"""

# With the card or without it, as one says first.
WITH_OR_WITHOUT_CARD = """
conditions:
  has_card: {field: card_here, equals: "with"}
  no_card: {field: card_here, equals: without}
steps:
  - {kind: guide}
  - id: bring
    kind: form
    title: {zh: 带身份证了吗, en: Do you have your card}
    hint: {zh: 选一项, en: Choose one}
    fields:
      - key: card_here
        type: choice
        sample: without
        label: {zh: 身份证, en: Card}
        hint: {zh: 选一项, en: Choose}
        choices:
          - {value: "with", label: {zh: 带了, en: "Yes"}}
          - {value: without, label: {zh: 没带, en: "No"}}
  - {kind: read_card, only_if: has_card}
  - {kind: type_number, only_if: no_card}
  - {kind: sign_in}
  - id: records
    kind: lookup
    operation: transport.records
    title: {zh: 您的记录, en: Your records}
    hint: {zh: 请看一看。, en: Please have a look.}
    facts: [{key: rating, label: {zh: 等级, en: Rating}}]
  - {kind: done, next_steps: [{zh: 再见。, en: Goodbye.}]}
"""

# A slip's code, typed where the scanner does not read it.
BY_CODE = """
steps:
  - {kind: guide}
  - id: slip
    kind: scan_code
    title: {zh: 扫回执上的码, en: Scan the slip}
    hint: {zh: 回执右上角, en: Upper right corner}
    key: case_number
    label: {zh: 回执编号, en: Number}
    pattern: "XM[0-9]{6}"
    error: {zh: 编号是 XM 加 6 位数字。, en: XM and six digits.}
    sample: XM000001
  - id: case
    kind: lookup
    operation: transport.case
    title: {zh: 办理进度, en: Progress}
    hint: {zh: 看一看, en: Have a look}
    asks: [case_number]
    facts: [{key: stage, label: {zh: 进度, en: Stage}}]
  - {kind: done, next_steps: [{zh: 再见。, en: Goodbye.}]}
"""

# A field of each type, after a lookup whose rows can be picked.
EVERY_FIELD = """
steps:
  - {kind: guide}
  - id: known
    kind: lookup
    operation: transport.stations
    title: {zh: 检测站, en: Stations}
    hint: {zh: 检测站, en: Stations}
    show: false
    columns: [{key: name, label: {zh: 检测站, en: Station}}, {key: road, label: {zh: 地址, en: Address}}]
  - id: choices
    kind: form
    title: {zh: 请选一选, en: Please choose}
    hint: {zh: 点一下就好。, en: One touch will do.}
    fields:
      - key: purposes
        type: several
        sample: school,loan
        label: {zh: 用途, en: What for}
        hint: {zh: 用途, en: What for}
        choices:
          - {value: school, label: {zh: 入学, en: School}}
          - {value: loan, label: {zh: 贷款, en: A loan}, note: {zh: 银行要的, en: For the bank}}
          - {value: other, label: {zh: 其他, en: Something else}}
      - {key: station, type: pick, rows: known, label: {zh: 检测站, en: Station}, hint: {zh: 选一个, en: Choose one}}
  - id: numbers
    kind: form
    title: {zh: 请填一填, en: Please fill in}
    hint: {zh: 照着材料填写。, en: As on your papers.}
    fields:
      - key: month
        type: month
        sample: "202612"
        max_length: 6
        label: {zh: 从哪个月起, en: From month}
        hint: {zh: 例如 202612, en: "for example 202612"}
      - key: count
        type: number
        sample: "3"
        max_length: 3
        label: {zh: 份数, en: Copies}
        hint: {zh: 几份, en: How many}
      - key: amount
        type: amount
        sample: "1200.50"
        max_length: 12
        label: {zh: 提取金额, en: Amount}
        hint: {zh: 例如 1200, en: "for example 1200"}
      - key: child
        type: id_number
        sample: 11010519491231002X
        max_length: 18
        label: {zh: 孩子的身份证号, en: The child's ID number}
        hint: {zh: 18 位, en: 18 characters}
      - key: company
        type: company_code
        sample: 91350200MA0000010T
        max_length: 18
        label: {zh: 统一社会信用代码, en: Unified code}
        hint: {zh: 18 位, en: 18 characters}
      - key: plate
        type: plate
        sample: 闽D12345
        max_length: 8
        label: {zh: 车牌号, en: Plate}
        hint: {zh: 例如 闽D12345, en: As on the car}
      - key: home
        type: address
        sample: 福建省厦门市湖里区示例路1号101室
        max_length: 80
        label: {zh: 邮寄地址, en: Postal address}
        hint: {zh: 到门牌号, en: With the number}
  - {kind: done, next_steps: [{zh: 再见。, en: Goodbye.}]}
"""


def file_of(steps: str, code: str = "JT-97", **changes: Any) -> str:
    """The text of an item's file with these steps and conditions."""
    return yaml.safe_dump(
        {**yaml.safe_load(_HEAD), **yaml.safe_load(steps), "code": code, **changes}, allow_unicode=True
    )


def item_of(steps: str) -> Item:
    """The item with these steps and conditions."""
    return Item.model_validate(yaml.safe_load(file_of(steps)))
