"""What the schemas assert beyond what the types say: plain functions on JSON values."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeAlias

from ._errors import At, Error

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"


def ordered(value: Json) -> Json:
    """The value as all that are equal to it are written: keys in order, and whole numbers as int."""
    if isinstance(value, list):
        return [*map(ordered, value)]
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value, key=str)}
    return int(value) if isinstance(value, float) and value.is_integer() else value


def frozen(value: Json) -> Hashable:
    """A form that is equal where JSON values are: 1 is 1.0, and true is not 1. It is text, because the hash of a number can be chosen."""
    if value is None or isinstance(value, str):
        return value
    return "", repr(ordered(value))


def has_unique_items(items: list[Json]) -> bool:
    """Whether no two items are equal."""
    return len(set(map(frozen, items))) == len(items)


MODE_VALUES = frozenset({"fast", "slow"})


# From spec.yaml#/components/schemas/Settings/properties/twice
def check_settings_twice(value: Json, at: At, errors: list[Error]) -> None:
    if not isinstance(value, list):
        errors.append((at, "type", "an array", value))
        return
    if not has_unique_items(value):
        errors.append((at, "unique_items", "items that differ from each other", value))
    for index, item in enumerate(value):
        if not isinstance(item, str) or item not in MODE_VALUES:
            errors.append(((at, index), "enum", 'one of "fast", "slow"', item))
