"""Source text laid out as black would: a tree is broken where it is too long for its line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final, TypeAlias

from specmill.targets.python.tree import Applied, Atom, Group, Infix, Node, Prefixed

WIDTH: Final = 88

Lines: TypeAlias = Iterator[str]


def statement(before: str, value: Node, after: str = "", level: int = 0) -> Lines:
    """The lines of ``before value after``, where the value may stand in parentheses of its own: an assignment, a return."""
    indent = "    " * level
    text = _in_one(value, WIDTH - len(indent) - _width(before) - _width(after))
    if text is not None:
        yield f"{indent}{before}{text}{after}"
    elif isinstance(value, Atom) and not value.is_dotted and not _fits(f"{indent}    {value}"):
        yield f"{indent}{before}{value}{after}"
    else:
        yield from _split(before, value, after, level)


def _split(before: str, value: Node, after: str, level: int) -> Lines:
    """A value on lines of its own: inside its own brackets where the first line is short enough for that, else in parentheses."""
    indent = "    " * level
    if isinstance(value, Applied):
        yield from _applied(before, value, after, level, stands_alone=True)
        return
    if isinstance(value, Group) and value.items and _fits(f"{indent}{before}{value.before}"):
        yield from _broken(before, value, after, level)
        return
    wrapped = list(_in_parentheses(before, value, after, level))
    if isinstance(value, Group) and value.items and not all(map(_fits, wrapped)):
        yield from _broken(before, value, after, level)
    else:
        yield from wrapped


def _in_parentheses(before: str, value: Node, after: str, level: int) -> Lines:
    indent = "    " * level
    return iter([f"{indent}{before}(", *on_its_own(value, level + 1, ""), f"{indent}){after}"])


def _applied(before: str, value: Applied, after: str, level: int, *, stands_alone: bool = False) -> Lines:
    """Broken in the last brackets where the line up to them is short enough, else in the first, else in both; parentheses may help."""
    indent = "    " * level
    if _fits(f"{indent}{before}{value.function}("):
        yield from _broken(before, Group(f"{value.function}(", (value.argument,), ")"), after, level)
    elif _fits(f"{indent}{before}{value.function.before}"):
        yield from _broken(before, value.function, f"({value.argument}){after}", level)
    elif stands_alone and _fits(f"{indent}    {value.function.before}"):
        yield f"{indent}{before}("
        yield from _broken("", value.function, f"({value.argument})", level + 1)
        yield f"{indent}){after}"
    else:
        *most, last = _broken(before, value.function, "", level)
        yield from (*most, *_broken(last.lstrip(), Group("(", (value.argument,), ")"), after, level))


def field(name: str, annotation: Node, default: Node | None = None, level: int = 1) -> Lines:
    """The lines of ``name: annotation = default``."""
    indent = "    " * level
    before = f"{indent}{name}: {annotation}"
    if _fits(before if default is None else f"{before} = {default}"):
        yield before if default is None else f"{before} = {default}"
    elif default is None:
        yield from statement(f"{name}: ", annotation, "", level)
    elif isinstance(annotation, Atom) and not _fits(f"{indent}    {annotation}") and not _fits_behind(default, indent):
        yield from _default_only(before, default, level)
    elif isinstance(default, Group) and default.items and _fits(f"{before} = {default.before}"):
        yield from _broken(f"{name}: {annotation} = ", default, "", level)
    elif _fits(f"{before} = ("):  # behind an annotation, black takes parentheses even where they do not help
        yield from _in_parentheses(f"{name}: {annotation} = ", default, "", level)
    else:
        yield from _field_broken_twice(name, annotation, default, level)


def _fits_behind(default: Node, indent: str) -> bool:
    """Whether a call fits behind an annotation that was broken."""
    return isinstance(default, Group) and _fits(f"{indent}) = {default}")


def _default_only(before: str, default: Node, level: int) -> Lines:
    """An annotation that is too long wherever it stands; black then leaves parentheses around the default, and does not break them."""
    if isinstance(default, Group) and default.items:
        yield from _broken(f"{before.lstrip()} = ", default, "", level)
        return
    yield f"{before} = ({default})" if _fits("    " * (level + 1) + str(default)) else f"{before} = {default}"


def _field_broken_twice(name: str, annotation: Node, default: Node, level: int) -> Lines:
    """The annotation goes on lines of its own, and the default too where it is still too long."""
    indent = "    " * level
    *most, last = _split(f"{name}: ", annotation, " = ", level)
    yield from most
    odd = isinstance(annotation, Group) and most[0].endswith(": (")
    if isinstance(annotation, Atom) and isinstance(default, Infix):
        enclosed = f"{last}({default})"
        yield from ([enclosed] if _fits(f"{indent}{name}: (") and _fits(enclosed) else _in_parentheses(last.lstrip(), default, "", level))
        return
    if isinstance(default, Group) and default.items and (odd or not _fits(f"{indent}{name}: (")):
        yield from _broken(last.lstrip(), default, "", level)
    elif odd:
        # Black's own oddity: parentheses once tried around the default stay when those around the annotation are taken.
        exploded = any(line.endswith(",") for line in most)  # black keeps a trailing comma it has once written
        yield from [f"{last}(", f"{indent}    {default}", f"{indent})"] if exploded else [f"{last}({default})"]
    else:
        yield from statement(last.lstrip(), default, "", level)


def header(before: str, arguments: tuple[Node, ...], after: str, level: int = 0) -> Lines:
    """The lines of ``def name(arguments) -> X:`` or ``class Name(arguments):``."""
    indent = "    " * level
    whole = f"{indent}{before}({', '.join(map(str, arguments))}){after}"
    if _fits(whole):
        yield whole
        return
    yield f"{indent}{before}("
    one = f"{indent}    {', '.join(map(str, arguments))}"
    if _fits(one):
        yield one + ("," if before.startswith("def ") and len(arguments) == 1 else "")
    else:
        for argument in arguments:
            yield from on_its_own(argument, level + 1, ",")
    yield from _result(indent, after)


def _result(indent: str, after: str) -> Lines:
    """``) -> X:``, with a result that is too long in parentheses where those make it short enough."""
    arrow, _, result = after.partition("-> ")
    inside = f"{indent}    {result.removesuffix(':')}"
    if arrow == " " and not _fits(f"{indent}){after}") and _fits(inside):
        yield from (f"{indent}) -> (", inside, f"{indent}):")
    else:
        yield f"{indent}){after}"


def _broken(before: str, group: Group, after: str, level: int) -> Lines:
    """A group with its items on lines of their own."""
    indent = "    " * level
    yield f"{indent}{before}{group.before}"
    yield from _contents(group, level + 1)
    yield f"{indent}{group.close}{after}"


def _contents(group: Group, level: int) -> Lines:
    display = group.before in ("[", "{") and len(group.items) > 1
    text = None if display else _in_one(Group("", group.items, ""), WIDTH - 4 * level)
    if text is not None:
        yield "    " * level + text
    elif len(group.items) == 1:
        (item,) = group.items
        no_comma = (group.close == "]" and group.before != "[") or (isinstance(item, Infix) and item.is_loop)
        yield from _argument(item, level, "" if no_comma else ",")
    else:
        for item in group.items:
            yield from _argument(item, level, ",")


def _argument(node: Node, level: int, after: str) -> Lines:
    """An item of a group; a conditional expression that is too long for a line gets parentheses."""
    indent = "    " * level
    before, value = (node.before, node.node) if isinstance(node, Prefixed) else ("", node)
    if isinstance(value, Infix) and value.is_conditional and not _fits(f"{indent}{node}{after}"):
        yield f"{indent}{before}("
        yield from on_its_own(value, level + 1, "")
        yield f"{indent}){after}"
    else:
        yield from on_its_own(node, level, after)


def on_its_own(node: Node, level: int, after: str) -> Lines:
    """A node on a line of its own within brackets, broken where it is too long."""
    indent = "    " * level
    text = _in_one(node, WIDTH - len(indent) - len(after))
    if text is not None:
        yield f"{indent}{text}{after}"
        return
    before = ""
    inner = node
    while isinstance(inner, Prefixed):
        before, inner = before + inner.before, inner.node
    match inner:
        case Applied():
            yield from _applied(before, inner, after, level)
        case Group() if inner.items:
            yield from _broken(before, inner, after, level)
        case Infix(parts):
            *most, last = parts
            first, *middle = most
            yield from on_its_own(Prefixed(before, first), level, "")
            for part in middle:
                yield from on_its_own(part, level, "")
            yield from on_its_own(last, level, after)
        case _:
            yield f"{indent}{node}{after}"


def _fits(line: str) -> bool:
    return _width(line) <= WIDTH


def _in_one(node: Node, room: int) -> str | None:
    """The node on one line of so many columns; None where it takes more, and then it is not read to its end."""
    if isinstance(node, Atom):
        return node.text if _width(node.text) <= room else None
    if isinstance(node, Prefixed):
        inner = _in_one(node.node, room - _width(node.before))
        return None if inner is None else node.before + inner
    if isinstance(node, Group):
        before, items, close, between = node.before, node.items, node.close, ", "
    elif isinstance(node, Applied):
        before, items, close, between = "", (node.function, node.argument), ")", "("
    else:
        before, items, close, between = "", node.parts, "", " "
    room -= _width(before) + len(close) + len(between) * max(len(items) - 1, 0)
    parts = []
    for item in items:
        part = _in_one(item, room)
        if part is None:
            return None
        room -= _width(part)
        parts.append(part)
    return f"{before}{between.join(parts)}{close}" if room >= 0 else None


def _width(text: str) -> int:
    return len(text) if text.isascii() else str_width(text)


def str_width(text: str) -> int:
    """The columns that text takes up, as black counts them: wide East Asian characters take two, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
