"""What can be booked and where: the file ``backoffice/records/services.yaml``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from backoffice.booking import rule as rule_module
from backoffice.booking.rule import Rule
from kiosk.gateway.contract import Identifier
from kiosk.text import Text
from kiosk.yaml_file import read_yaml

SERVICES = Path(__file__).resolve().parents[1] / "records" / "services.yaml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(_Strict):
    """Where one goes. ``quota`` is how many numbers there are for a half-day, ``urgent_quota`` for urgent matters."""

    name: Text
    directions: Text
    quota: int = Field(ge=1)
    urgent_quota: int = Field(default=0, ge=0)


class Service(_Strict):
    """One thing that can be booked. With ``green_pass`` the counter sees at once to those who cannot well wait."""

    name: Text
    rule: Rule
    green_pass: bool = False
    places: dict[Identifier, Place] = Field(min_length=1)


class Services(_Strict):
    """Everything that can be booked."""

    services: dict[Identifier, Service] = Field(min_length=1)


@cache
def load_services(path: Path = SERVICES) -> Mapping[str, Service]:
    """Read the services. Raises YamlError with every mistake."""
    return read_yaml(path, Services, (sys.modules[__name__], rule_module)).services
