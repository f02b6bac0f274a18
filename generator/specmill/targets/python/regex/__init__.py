"""ECMA-262 regular expressions (what JSON Schema's ``pattern`` is) in the words of Python's ``re``: exactly, or not at all."""

from specmill.targets.python.regex.emit import translate
from specmill.targets.python.regex.find import is_found
from specmill.targets.python.regex.parse import foreign_parts
from specmill.targets.python.regex.slow import is_catastrophic
from specmill.targets.python.regex.syntax import UnsupportedPatternError

__all__ = ["UnsupportedPatternError", "foreign_parts", "is_catastrophic", "is_found", "translate"]
