"""Who pays the post: the file ``config/postage.yaml``."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk.areas import ADDRESS_ANSWER
from kiosk.catalogue.item import FieldType, FormStep, Item
from kiosk.conditions import Identifier
from kiosk.text import Text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Postage(_Strict):
    """``rules`` in words by their names; ``items`` have the ones that are not the ``usual`` one."""

    usual: Identifier
    rules: dict[Identifier, Text] = Field(min_length=1)
    items: dict[str, Identifier] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_are_known(self) -> Postage:
        if strange := sorted({self.usual, *self.items.values()} - self.rules.keys()):
            raise ValueError(f"there is no rule {strange[0]}")
        return self

    def of(self, item: Item) -> Text | None:
        """The rule for ``item`` in words, None where nothing is posted."""
        fields = (field for step in item.steps if isinstance(step, FormStep) for field in step.fields)
        posted = any(field.type is FieldType.ADDRESS and field.key == ADDRESS_ANSWER for field in fields)
        return self.rules[self.items.get(item.code, self.usual)] if posted else None
