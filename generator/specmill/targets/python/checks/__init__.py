"""Exact assertions as generated functions: what a schema says that the shape of a type cannot.

``function_names`` says what the functions are called, ``checks_view`` describes the module that holds them, ``checks_views`` the modules where there are several.
"""

from specmill.targets.python.checks.compile import function_names
from specmill.targets.python.checks.modules import checks_view, checks_views
from specmill.targets.python.checks.view import Checks

__all__ = ["Checks", "checks_view", "checks_views", "function_names"]
