"""The Python package: dataclasses for people, serializers for speed, and the checks that a type cannot say."""

from specmill.targets.python.naming import Names, classes_of, name_all
from specmill.targets.python.package import pages
from specmill.targets.python.types import Annotations, keeps_keys, plain
from specmill.targets.python.values import Values

__all__ = ["Annotations", "Names", "Values", "classes_of", "keeps_keys", "name_all", "pages", "plain"]
