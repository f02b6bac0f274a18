"""JSON values as JSON Schema sees them: what equals what, what is a number, and the simple assertions."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TypeGuard

from specmill import ir


def is_number(value: ir.Json) -> TypeGuard[int | float]:
    """A JSON number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_integer(value: ir.Json) -> bool:
    """A JSON number without a fraction, however it is written."""
    return is_number(value) and (isinstance(value, int) or value.is_integer())


def equal(one: ir.Json, other: ir.Json) -> bool:
    """Whether two values are the same to JSON Schema: 1 equals 1.0, true does not equal 1."""
    if one != other:
        return False
    if isinstance(one, list):
        return all(map(equal, one, other))
    if isinstance(one, dict):
        return all(equal(inner, other[key]) for key, inner in one.items())
    return isinstance(one, bool) is isinstance(other, bool)  # to Python, true equals 1


def is_type(name: str, value: ir.Json) -> bool:
    """Whether a value has a type of JSON Schema."""
    match name:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "object":
            return isinstance(value, dict)
        case "array":
            return isinstance(value, list)
        case "string":
            return isinstance(value, str)
        case "number":
            return is_number(value)
        case "integer":
            return is_integer(value)
        case _:
            return False


def fits(value: ir.Json, limits: ir.Constraints) -> bool:
    """Whether a value meets the assertions that apply to its type."""
    if limits is ir.UNCONSTRAINED:
        return True
    if isinstance(value, str):
        return _within(len(value), limits.min_length, limits.max_length) and _matches(value, limits.pattern)
    if isinstance(value, list):
        size = _within(len(value), limits.min_items, limits.max_items)
        return size and not (limits.unique_items and any(equal(a, b) for at, a in enumerate(value) for b in value[:at]))
    if isinstance(value, dict):
        return _within(len(value), limits.min_properties, limits.max_properties)
    return not is_number(value) or _fits_number(value, limits)


def _within(size: int, low: int | None, high: int | None) -> bool:
    return (low is None or size >= low) and (high is None or size <= high)


def _fits_number(value: float, limits: ir.Constraints) -> bool:
    if limits.minimum is not None and value < limits.minimum:
        return False
    if limits.maximum is not None and value > limits.maximum:
        return False
    if limits.exclusive_minimum is not None and value <= limits.exclusive_minimum:
        return False
    if limits.exclusive_maximum is not None and value >= limits.exclusive_maximum:
        return False
    step = limits.multiple_of
    return step is None or step <= 0 or Decimal(str(value)) % Decimal(str(step)) == 0


def _matches(value: str, pattern: str | None) -> bool:
    if pattern is None:
        return True
    from specmill.regex import is_catastrophic, is_found  # takes long to import, and small specs have no patterns

    if is_catastrophic(pattern):
        return False  # to find out could take for ever
    return compiled_pattern(pattern) is None or is_found(pattern, value)


@lru_cache(maxsize=4096)
def compiled_pattern(pattern: str) -> re.Pattern[str] | None:
    """An ECMA-262 pattern for Python; None where Python cannot read it."""
    from specmill.regex import UnsupportedPatternError, translate  # as above

    try:
        return re.compile(translate(pattern))
    except (UnsupportedPatternError, re.error, OverflowError, RecursionError):
        return None
