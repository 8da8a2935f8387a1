"""Reading a YAML file into a model, with errors that name the file, the line and the place."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import ryaml
import yaml
from pydantic import BaseModel, ValidationError

ModelT = TypeVar("ModelT", bound=BaseModel)


class YamlError(Exception):
    """A file cannot be used; the message says where and why, a line for each mistake."""


def read_yaml(path: Path, model: type[ModelT], modules: Iterable[ModuleType], context: object = None) -> ModelT:
    """Read ``path`` as a ``model``; a key that nobody knows is held against those of all models in ``modules``.

    ``context`` is what the model's validators know beside the file. Raises YamlError.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = parsed(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ryaml.InvalidYamlError) as error:
        raise YamlError(f"{path}: {error}") from error
    try:
        return model.model_validate(data, context=context)
    except ValidationError as error:
        tree = yaml.compose(text, Loader=yaml.CSafeLoader)
        sentences = [_sentence(tree, data, problem, modules) for problem in error.errors()]
        raise YamlError("\n".join(f"{path}:{line}: {sentence}" for line, sentence in sentences)) from error


def parsed(text: str) -> Any:
    """What stands in ``text``. Raises yaml.YAMLError, which names the line, or ryaml.InvalidYamlError."""
    try:
        return ryaml.loads(text)
    except ryaml.InvalidYamlError:
        yaml.load(text, Loader=yaml.CSafeLoader)
        raise  # a key that stands twice, which PyYAML lets pass


def _sentence(tree: Any, data: Any, problem: Any, modules: Iterable[ModuleType]) -> tuple[int, str]:
    """The line of one mistake, counted from 1, and what is wrong there."""
    # pydantic names the chosen union member inside the place; an author knows only the file's own keys.
    here, node, place, line = data, tree, [], 1
    for part in problem["loc"]:
        if isinstance(here, dict) and part in here:
            here = here[part]
            key, node = next(pair for pair in node.value if pair[0].value == str(part))
            line = key.start_mark.line + 1
            place.append(str(part))
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here, node = here[part], node.value[part]
            line = node.start_mark.line + 1
            place.append(here["id"] if isinstance(here, dict) and "id" in here else str(part))
        else:
            continue
    where = " → ".join(place) or "the file"
    if problem["type"] == "extra_forbidden":
        return line, f"{where}: nobody knows this key{_suggestion(str(problem['loc'][-1]), modules)}"
    if problem["type"] == "missing":
        return line, f"{where}: {problem['loc'][-1]} is missing"
    return line, f"{where}: {problem['msg']}"


def _suggestion(key: str, modules: Iterable[ModuleType]) -> str:
    known = [value for module in modules for value in vars(module).values()]
    models = [value for value in known if isinstance(value, type) and issubclass(value, BaseModel)]
    near = get_close_matches(key, {name for model in models for name in model.model_fields}, 1)
    return f"; did you mean {near[0]}?" if near else ""
