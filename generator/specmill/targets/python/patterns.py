"""Patterns of a spec for the generated code, with the findings about them."""

from __future__ import annotations

from specmill.diagnostics import Report
from specmill.regex import UnsupportedPatternError, foreign_parts, is_catastrophic, translate


def python_pattern(pattern: str, pointer: str | None, report: Report) -> str | None:
    """The pattern for ``re.compile(...).search``; None where it cannot be said in Python: then it is reported."""
    try:
        text = translate(pattern)
    except UnsupportedPatternError as error:
        report.error("pattern-unsupported", pointer, f"the pattern {pattern!r} cannot be checked: {error}")
        return None
    if parts := foreign_parts(pattern):
        report.warning(
            "pattern-dialect",
            pointer,
            f"the pattern {pattern!r} is not ECMA-262: {', '.join(parts)} {'is' if len(parts) == 1 else 'are'} read as in other dialects",
            help="other tools may read it otherwise, or not at all",
        )
    if is_catastrophic(pattern):
        report.warning(
            "pattern-slow",
            pointer,
            f"the pattern {pattern!r} takes exponential time on some texts",
            help="a repetition can share such a text in many ways; one way is enough",
        )
    return text
