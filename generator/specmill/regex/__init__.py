"""ECMA-262 regular expressions (what JSON Schema's ``pattern`` is) in the words of Python's ``re``: exactly, or not at all."""

from specmill.regex.emit import translate
from specmill.regex.find import is_found
from specmill.regex.parse import foreign_parts
from specmill.regex.slow import is_catastrophic
from specmill.regex.syntax import UnsupportedPatternError

__all__ = ["UnsupportedPatternError", "foreign_parts", "is_catastrophic", "is_found", "translate"]
