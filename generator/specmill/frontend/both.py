"""Two assertions of one kind that must both hold, as one."""

from __future__ import annotations

from typing import Final

from specmill.frontend.values import frozen
from specmill.ir import UNCONSTRAINED, Constraints, Json

_LOWER: Final = {"minimum", "exclusive_minimum", "min_length", "min_items", "min_properties"}
_UPPER: Final = {"maximum", "exclusive_maximum", "max_length", "max_items", "max_properties"}


def enums(a: tuple[Json, ...], b: tuple[Json, ...]) -> tuple[Json, ...]:
    """The values that are in both lists."""
    allowed = set(map(frozen, b))
    return tuple(value for value in a if frozen(value) in allowed)


def types(a: tuple[str, ...] | None, b: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """The types that both allow; None where neither says any."""
    if a is None or b is None:
        return a if b is None else b
    kept = [t for t in a if t in b or (t == "integer" and "number" in b)]
    kept += [t for t in b if t == "integer" and "number" in a and "integer" not in kept]
    return tuple(kept)


def constraints(a: Constraints, b: Constraints) -> tuple[Constraints, bool]:
    """Constraints that stand for both, and whether they say everything."""
    if a is UNCONSTRAINED:
        return b, True
    exact = True
    out: dict[str, object] = {}
    for name in Constraints.__struct_fields__:
        x, y = getattr(a, name), getattr(b, name)
        if name in _LOWER:
            out[name] = max((v for v in (x, y) if v is not None), default=None)
        elif name in _UPPER:
            out[name] = min((v for v in (x, y) if v is not None), default=None)
        elif name == "unique_items":
            out[name] = x or y
        else:
            out[name] = x if x is not None else y
            exact &= x is None or y is None or x == y
    return Constraints(**out), exact  # type: ignore[arg-type]
