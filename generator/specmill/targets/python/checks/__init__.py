"""Exact assertions as generated functions: what a schema says that the shape of a type cannot.

``function_names`` says what the functions are called, ``checks_view`` describes the module that holds them.
"""

from specmill.targets.python.checks.compile import checks_view, function_names
from specmill.targets.python.checks.view import Checks

__all__ = ["Checks", "checks_view", "function_names"]
