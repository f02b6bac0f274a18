"""What must hold for a value beyond its type, in words for a cell of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from specmill import ir
from specmill.diagnostics import counted
from specmill.targets.markdown.escape import code_span
from specmill.targets.python.code import json_node

_TOLD_BY_TYPE = frozenset({"date-time", "date", "time", "uuid", "byte", "binary", "decimal", "int32", "int64", "float", "double", None})


def words(one: ir.Field) -> str:
    """The constraints of a field; empty where there are none."""
    told = _of_type(one.type)
    if one.read_only or one.write_only:
        told = [*told, *(["read-only"] if one.read_only else []), *(["write-only"] if one.write_only else [])]
    return ", ".join(told)


def of_type(type_: ir.Type) -> str:
    """The constraints of a type; empty where there are none."""
    return ", ".join(_of_type(type_))


def _of_type(type_: ir.Type) -> Iterable[str]:
    match type_:
        case ir.Scalar(kind, limits, format_):
            return () if limits is ir.UNCONSTRAINED and format_ is None else _scalar(kind, limits, format_)
        case ir.Ref():
            return ()
        case ir.Nullable(inner) | ir.Checked(inner):
            return _of_type(inner)
        case ir.ListOf(item, limits):
            unique = ["unique items"] if limits.unique_items else []
            return (*_sized(limits.min_items, limits.max_items, "item"), *unique, *_each(item))
        case ir.Literal(values) if any(isinstance(value, float | list | dict) for value in values):  # the type does not say them
            shown = ", ".join([code_span(json_node(value).text) for value in values])
            return (f"only {shown}" if len(values) == 1 else f"one of {shown}",)
        case ir.MapOf(value, limits):
            return (*_sized(limits.min_properties, limits.max_properties, "key"), *_each(value))
        case _:
            return ()


def _each(type_: ir.Type) -> Iterator[str]:
    return (f"each: {text}" for text in _of_type(type_))


def _scalar(kind: ir.Kind, limits: ir.Constraints, format_: str | None) -> Iterator[str]:
    if limits is not ir.UNCONSTRAINED:
        yield from _range(limits)
        if limits.multiple_of is not None:
            yield f"multiple of {limits.multiple_of}"
        yield from _sized(limits.min_length, limits.max_length, "character")
        if limits.pattern is not None:
            yield f"pattern {code_span(limits.pattern)}"
    if kind is ir.Kind.STRING and format_ not in _TOLD_BY_TYPE:
        yield f"format {code_span(str(format_))}"


def _range(limits: ir.Constraints) -> Iterator[str]:
    low, high = limits.minimum, limits.maximum
    if low is not None and high is not None:
        yield f"{low} to {high}"
    elif low is not None:
        yield f"≥ {low}"
    elif high is not None:
        yield f"≤ {high}"
    if limits.exclusive_minimum is not None:
        yield f"\\> {limits.exclusive_minimum}"
    if limits.exclusive_maximum is not None:
        yield f"\\< {limits.exclusive_maximum}"


@lru_cache(maxsize=1024)
def _sized(low: int | None, high: int | None, unit: str) -> tuple[str, ...]:
    if not low and high is None:
        return ()
    if low and high is not None:
        return (counted(low, unit) if low == high else f"{low} to {high} {unit}s",)
    return (f"at least {counted(low, unit)}" if low else f"at most {counted(high or 0, unit)}",)
