"""What one model of printer can do, as data: ``config/printers/<name>.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Charset = Literal["gb2312", "gbk", "gb18030-2", "gb18030-4"]


class ProfileError(Exception):
    """A profile cannot be used; the message says which key and why, one sentence for each."""


class Profile(BaseModel):
    """One model. Lengths are dots, times seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    verified_on: tuple[str, ...] = ()
    charset: Charset
    dots: int = Field(ge=256, le=1024, description="printable dots of a line")
    dpi: int = Field(default=203, ge=150, le=600)
    cutter: bool = True
    completion: Literal["process_id", "paper_query", "assumed"] = Field(
        description="how the end of printing is proved: GS ( H with GS r behind it, GS r alone, or a quiet good status"
    )
    clears: bool = Field(default=True, description="answers DLE DC4 8 (clear buffers)")
    chunk: int = Field(default=1024, ge=16, le=65536, description="bytes sent before answers are looked at")
    print_seconds: float = Field(default=30.0, gt=0, description="the longest a receipt may take")

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
            return f"{key} is no key of a printer profile; there are {', '.join(Profile.model_fields)}"
        case _:
            return f"{key}: {problem['msg']}, not {problem['input']!r}"
