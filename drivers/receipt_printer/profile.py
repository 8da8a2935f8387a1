"""What one model of printer can do, as data: ``config/printers/<name>.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from drivers.receipt_printer.protocol import Query

Charset = Literal["gb2312", "gbk", "gb18030-2", "gb18030-4"]


class ProfileError(Exception):
    """A profile cannot be used; the message says which key and why, one sentence for each."""


def _bytes_of(written: object) -> bytes:
    if not isinstance(written, str):
        raise ValueError("bytes are written as a text in hexadecimal, as in '1d 65 02'")  # noqa: TRY004 - for pydantic
    return bytes.fromhex(written)


Hexadecimal = Annotated[bytes, BeforeValidator(_bytes_of)]


class Presenter(BaseModel):
    """How a model holds a receipt in its outlet; ESC/POS has no words for it, so these are the vendor's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    present: Hexadecimal = Field(default=b"", description="sent after the cut: bring the receipt out and hold it")
    retract: Hexadecimal = Field(default=b"", description="pull it back; nothing where the model cannot")
    query: Hexadecimal = Field(min_length=1, description="asks whether one stands in the outlet")
    begins: Hexadecimal = Field(default=b"", description="how the answer begins")
    held_mask: Hexadecimal = Field(min_length=1, description="as long as the answer: the bits that mean that one does")
    hold_seconds: float = Field(default=30.0, gt=0, description="so long it is held, then pulled back")

    @model_validator(mode="after")
    def _can_be_told(self) -> Presenter:
        if not any(self.held_mask):
            raise ValueError("held_mask has no bit: a receipt that stands in the outlet would never be seen")
        if len(self.begins) > len(self.held_mask):
            raise ValueError("begins is longer than held_mask, which is as long as the whole answer")
        return self


class Profile(BaseModel):
    """One model. Lengths are dots, times seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    verified_on: tuple[str, ...] = ()
    charset: Charset
    dots: int = Field(ge=256, le=1024, description="printable dots of a line")
    dpi: int = Field(default=203, ge=150, le=600)
    cutter: bool = True
    near_end: bool = Field(default=True, description="has a sensor that sees the end of the roll coming")
    presenter: Presenter | None = None
    identifies: bool = Field(default=False, description="tells its firmware, model and serial number (GS I)")
    states: tuple[Query, ...] = Field(
        default=tuple(Query),
        description="the DLE EOT questions that it answers truly; with none of them no state ever stops a receipt",
    )
    completion: Literal["process_id", "paper_query", "assumed"] = Field(
        description="how the end of printing is proved: GS ( H with GS r behind it, GS r alone, or a quiet good status"
    )
    clears: bool = Field(default=True, description="answers DLE DC4 8 (clear buffers)")
    chunk: int = Field(default=1024, ge=16, le=65536, description="bytes sent before answers are looked at")
    print_seconds: float = Field(default=30.0, gt=0, description="the longest a receipt may take")

    @model_validator(mode="after")
    def _has_a_proof(self) -> Profile:
        if self.completion == "assumed" and not self.states:
            raise ValueError("completion cannot be assumed without states: nothing would speak for a receipt")
        return self

    @property
    def columns(self) -> int:
        """Characters of a line in font A, 12 dots wide; a Chinese one counts two."""
        return self.dots // 12


def load_profile(path: Path) -> Profile:
    """Read one profile. Raises ProfileError."""
    try:
        return Profile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise ProfileError("\n".join(f"{path}: {_sentence(problem)}." for problem in error.errors())) from error
    except (OSError, ValueError) as error:  # not there, not UTF-8, not TOML
        raise ProfileError(f"{path}: {error}") from error


def _sentence(problem: object) -> str:
    assert isinstance(problem, dict)
    key = ".".join(map(str, problem["loc"]))
    match problem["type"]:
        case "missing":
            return f"{key} is missing"
        case "extra_forbidden":
            known = Presenter if len(problem["loc"]) > 1 else Profile
            return f"{key} is no key of a printer profile; there are {', '.join(known.model_fields)}"
        case "value_error":
            return f"{key}: {problem['ctx']['error']}" if key else str(problem["ctx"]["error"])
        case _:
            return f"{key}: {problem['msg']}, not {problem['input']!r}"
