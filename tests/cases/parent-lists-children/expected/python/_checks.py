"""What the schemas assert beyond what the types say: plain functions on JSON values."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeAlias, TypeGuard

from ._errors import At, Error

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"


class _FirstError(Exception):
    """Ends a check as soon as it has found something."""


class _Impatient(list[Error]):
    """Takes no error: the first one ends the check."""

    def append(self, error: Error, /) -> NoReturn:
        raise _FirstError


def accepts(check: Callable[[Json, At, list[Error]], None], value: Json) -> bool:
    """Whether the check finds nothing."""
    try:
        check(value, None, _Impatient())
    except _FirstError:
        return False
    return True


def is_json_number(value: Json) -> TypeGuard[float]:
    """Whether it is a JSON number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_json_integer(value: Json) -> TypeGuard[float]:
    """Whether it is a whole JSON number: 1 and 1.0 are the same."""
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


# From spec.yaml#/components/schemas/Poodle
def check_poodle(value: Json, at: At, errors: list[Error]) -> None:
    if not isinstance(value, dict):
        errors.append((at, "type", "an object", value))
        return
    if "style" not in value:
        errors.append((at, "required", 'the key "style"', value))
    if "style" in value:
        item = value["style"]
        if not isinstance(item, str):
            errors.append(((at, "style"), "type", "a string", item))
    check_pet_parent(value, at, errors)


# From spec.yaml#/components/schemas/Poodle
def is_poodle(value: Json) -> bool:
    return accepts(check_poodle, value)


# From spec.yaml#/components/schemas/Pet/~parent
def check_pet_parent(value: Json, at: At, errors: list[Error]) -> None:
    if not isinstance(value, dict):
        errors.append((at, "type", "an object", value))
        return
    if "kind" not in value:
        errors.append((at, "required", 'the key "kind"', value))
    if "name" not in value:
        errors.append((at, "required", 'the key "name"', value))
    if "kind" in value:
        item = value["kind"]
        if not isinstance(item, str):
            errors.append(((at, "kind"), "type", "a string", item))
    if "name" in value:
        item = value["name"]
        if not isinstance(item, str):
            errors.append(((at, "name"), "type", "a string", item))
        elif len(item) < 1:
            errors.append(((at, "name"), "min_length", "at least 1 character", item))
    if "friend" in value:
        item = value["friend"]
        check_pet(item, (at, "friend"), errors)
    if "wheels" in value:
        errors.append((at, "not", "a value that the schema under `not` refuses", value))


# From spec.yaml#/components/schemas/Pet
def check_pet(value: Json, at: At, errors: list[Error]) -> None:
    if not isinstance(value, dict):
        errors.append((at, "type", "an object", value))
        return
    if "kind" not in value:
        errors.append((at, "required", 'the key "kind"', value))
    if "name" not in value:
        errors.append((at, "required", 'the key "name"', value))
    if "kind" in value:
        item = value["kind"]
        if not isinstance(item, str):
            errors.append(((at, "kind"), "type", "a string", item))
    if "name" in value:
        item = value["name"]
        if not isinstance(item, str):
            errors.append(((at, "name"), "type", "a string", item))
        elif len(item) < 1:
            errors.append(((at, "name"), "min_length", "at least 1 character", item))
    if "friend" in value:
        item = value["friend"]
        check_pet(item, (at, "friend"), errors)
    if "wheels" in value:
        errors.append((at, "not", "a value that the schema under `not` refuses", value))
    matches = 0
    if is_cat(value):
        matches += 1
    if is_dog(value):
        matches += 1
    if matches != 1:
        errors.append((at, "one_of", "exactly one of 2 alternatives", value))


# From spec.yaml#/components/schemas/Dog
def check_dog(value: Json, at: At, errors: list[Error]) -> None:
    check_pet_parent(value, at, errors)
    if not is_hound(value) and not is_poodle(value):
        errors.append((at, "any_of", "at least one of 2 alternatives", value))


# From spec.yaml#/components/schemas/Dog
def is_dog(value: Json) -> bool:
    return accepts(check_dog, value)


# From spec.yaml#/components/schemas/Hound
def check_hound(value: Json, at: At, errors: list[Error]) -> None:
    if not isinstance(value, dict):
        errors.append((at, "type", "an object", value))
        return
    if "speed" not in value:
        errors.append((at, "required", 'the key "speed"', value))
    if "speed" in value:
        item = value["speed"]
        if not is_json_number(item):
            errors.append(((at, "speed"), "type", "a number", item))
    check_pet_parent(value, at, errors)


# From spec.yaml#/components/schemas/Hound
def is_hound(value: Json) -> bool:
    return accepts(check_hound, value)


# From spec.yaml#/components/schemas/Cat
def check_cat(value: Json, at: At, errors: list[Error]) -> None:
    check_pet_parent(value, at, errors)
    if not isinstance(value, dict):
        errors.append((at, "type", "an object", value))
    else:
        if "lives" not in value:
            errors.append((at, "required", 'the key "lives"', value))
        if "lives" in value:
            item = value["lives"]
            if not is_json_integer(item):
                errors.append(((at, "lives"), "type", "an integer", item))
            elif item > 9:
                errors.append(((at, "lives"), "maximum", "at most 9", item))


# From spec.yaml#/components/schemas/Cat
def is_cat(value: Json) -> bool:
    return accepts(check_cat, value)
