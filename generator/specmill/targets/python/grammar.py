"""What generated Python may consist of: statements of known forms, in which nothing is called that we did not write or import."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal, TypeAlias

Where: TypeAlias = Literal["module", "class", "function"]
"""What a statement stands in."""

OURS: Final = "x"
"""Stands for every name that the module defines or imports."""
OTHER: Final = "a"
"""Stands for every other name: attributes, fields, arguments, and variables of functions."""
DUNDER: Final = "__a__"

_MODULES: Final = frozenset(["_codecs", "_exact", "_wire", "msgspec", "re", "unicodedata"])
_BUILTINS: Final = frozenset(
    [
        "any", "bool", "bytes", "dict", "enumerate", "filter", "float", "frozenset", "int", "isinstance", "len", "list", "object", "range", "set",
        "str", "sum", "tuple", "type", "zip",
    ]
)  # fmt: skip
_METHODS: Final = frozenset(
    ["add", "append", "extend", "fromisoformat", "get", "is_integer", "isoformat", "items", "keys", "pop", "update", "values"]
)
_DUNDERS: Final = frozenset(["__all__", "__new__", "__setattr__"])

KEPT: Final = frozenset([*keyword.kwlist, *_MODULES, *_BUILTINS, *_METHODS, *_DUNDERS])
"""The names whose meaning counts."""

_IMPORTED: Final[dict[str, frozenset[str]]] = {
    "__future__": frozenset(["annotations"]),
    "collections.abc": frozenset(["Callable", "Hashable", "Iterable", "Iterator", "Mapping", "Sequence"]),
    "dataclasses": frozenset(["dataclass", "field"]),
    "datetime": frozenset(["date", "datetime", "time", "timedelta", "timezone"]),
    "decimal": frozenset(["Decimal"]),
    "enum": frozenset(["IntEnum", "StrEnum"]),
    "ipaddress": frozenset(["IPv6Address"]),
    "math": frozenset(["isfinite"]),
    "typing": frozenset(
        [
            "TYPE_CHECKING",
            "Annotated",
            "Any",
            "Final",
            "Literal",
            "Never",
            "NoReturn",
            "Optional",
            "TypeAlias",
            "TypeGuard",
            "Union",
            "cast",
        ]
    ),
    "uuid": frozenset(["UUID"]),
}
"""Module -> what may be imported from it. Of our own package anything may, since all of it is held against this."""


def may_import(module: str, name: str) -> bool:
    """Whether a generated module may import the name; an empty name is the module itself."""
    return module.startswith(".") or (module in _MODULES if not name else name in _IMPORTED.get(module, ()))


@lru_cache(maxsize=65536)
def is_known(source: str, where: Where) -> bool:
    """Whether one statement, with the first line alone of a compound one, is of a known form. Its names are reduced to the kinds above."""
    try:
        tree = ast.parse(_whole(source))
    except SyntaxError:
        return False
    return all(_statement(statement, where) for statement in tree.body)


def _whole(source: str) -> str:
    """The source, completed to something that can be parsed."""
    if source.startswith("@"):
        return f"{source}\nclass {OURS}:\n pass"
    if not source.endswith(":"):
        return source
    before = "if 0:\n pass\n" if source.startswith(("elif ", "else:")) else "try:\n pass\n" if source.startswith("except") else ""
    after = "\nexcept:\n pass" if source == "try:" else ""
    return f"{before}{source}\n pass{after}"


def _statement(node: ast.stmt, where: Where) -> bool:
    """Whether a statement is known where it stands, with all expressions in it."""
    inside = where == "function"
    match node:
        case ast.Pass():
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=value):
            return where != "class" and isinstance(value, ast.Call) and _expression(value, inside=inside)
        case ast.Assign(targets=[target], value=value):
            return _target(target, where) and _expression(value, inside=inside)
        case ast.AnnAssign(target=target, annotation=annotation, value=value):
            known = _expression(annotation, inside=inside) and (value is None or _expression(value, inside=inside))
            return _target(target, where) and known
        case ast.ClassDef():
            return where == "module" and _class(node)
        case ast.FunctionDef():
            return where == "module" and _function(node)
        case ast.If(test=ast.Name(id=name) | ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)), body=body, orelse=[]) if (
            where == "module"
        ):
            return name == OURS and _bare(body)  # TYPE_CHECKING, which is imported
        case _:
            return inside and _in_function(node)


def _in_function(node: ast.stmt) -> bool:
    """The statements that only functions have. The bodies of compound ones are nothing but ``pass``, or else written on one line."""
    match node:
        case ast.If(test=test, body=body, orelse=rest) | ast.While(test=test, body=body, orelse=rest):
            return _expression(test, inside=True) and _bare(body) and all(_statement(one, "function") for one in rest)
        case ast.For(target=target, iter=iterated, body=body, orelse=[]):
            return _target(target, "function") and _expression(iterated, inside=True) and _bare(body)
        case ast.Try(body=body, handlers=handlers, orelse=[], finalbody=[]):
            caught = [one.type for one in handlers if one.type is not None]
            return _bare(body) and all(_bare(one.body) for one in handlers) and all(_expression(one, inside=True) for one in caught)
        case ast.Return(value=value) | ast.Raise(exc=value, cause=None):
            return value is None or _expression(value, inside=True)
        case ast.AugAssign(target=target, value=value):
            return _target(target, "function") and _expression(value, inside=True)
        case ast.Continue() | ast.Break():
            return True
        case _:
            return False


def _bare(body: list[ast.stmt]) -> bool:
    return len(body) == 1 and isinstance(body[0], ast.Pass)


def _class(node: ast.ClassDef) -> bool:
    parts = [*node.bases, *(one.value for one in node.keywords), *node.decorator_list]
    return node.name == OURS and _bare(node.body) and all(_expression(part, inside=False) for part in parts)


def _function(node: ast.FunctionDef) -> bool:
    arguments = node.args
    parts = [one.annotation for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    parts += [*arguments.defaults, *arguments.kw_defaults, node.returns]
    plain = arguments.vararg is None and arguments.kwarg is None and not node.decorator_list
    return plain and node.name == OURS and _bare(node.body) and all(part is None or _expression(part, inside=True) for part in parts)


def _target(node: ast.expr, where: Where) -> bool:
    match node:
        case ast.Name(id=name):
            return where == "class" or name in ((OURS, "__all__") if where == "module" else (OURS, OTHER))
        case ast.Attribute() | ast.Subscript() if where == "function":
            return _expression(node, inside=True)
        case ast.Tuple(elts=parts) if where == "function":
            return all(_target(part, where) for part in parts)
        case _:
            return False


def _expression(node: ast.AST, *, inside: bool) -> bool:
    """Whether an expression has nothing but known parts; ``inside``: of a function, where there are variables."""
    match node:
        case ast.Name(id=name):
            return name == OURS or name in KEPT or (inside and name == OTHER)
        case ast.Attribute(value=value, attr=name):
            return name != DUNDER and _expression(value, inside=inside)
        case ast.Call(func=function, args=arguments, keywords=keywords):
            parts = [*arguments, *(one.value for one in keywords)]
            return _callee(function, inside=inside) and all(_expression(part, inside=inside) for part in parts)
        case ast.Lambda(args=arguments, body=body):
            return not arguments.defaults and not arguments.kw_defaults and _expression(body, inside=True)
        case ast.BinOp():
            return all(_expression(part, inside=inside) for part in _operands(node))
        case ast.Await() | ast.Yield() | ast.YieldFrom() | ast.JoinedStr():
            return False
        case _:
            return all(_expression(part, inside=inside) for part in ast.iter_child_nodes(node))


def _operands(node: ast.expr) -> Iterator[ast.expr]:
    """What ``a | b | c`` is made of; a union of thousands of types is as deep a tree."""
    while isinstance(node, ast.BinOp):
        yield node.right
        node = node.left
    yield node


def _callee(node: ast.expr, *, inside: bool) -> bool:
    """Whether what is called is ours, or harmless."""
    match node:
        case ast.Name(id=name):
            return name == OURS or name in _BUILTINS
        case ast.Attribute(value=value, attr=method):
            known = method in _METHODS or method in _DUNDERS or (method != DUNDER and _is_ours(value))
            return known and _expression(value, inside=inside)
        case ast.Subscript() | ast.Call():
            return _is_ours(node) and _expression(node, inside=inside)
        case _:
            return False


def _is_ours(node: ast.expr) -> bool:
    """Whether it is, or is taken from, a name of the module or a module that it may import."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and (node.id == OURS or node.id in _MODULES)
