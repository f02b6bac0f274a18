"""Source text laid out as black would: a tree is broken where it is too long for its line."""

from __future__ import annotations

import unicodedata
from typing import Final, TypeAlias

from specmill.targets.python.tree import Applied, Atom, Group, Infix, Node, Prefixed

WIDTH: Final = 88

Lines: TypeAlias = list[str]


def statement(before: str, value: Node, after: str = "", level: int = 0) -> Lines:
    """The lines of ``before value after``, where the value may stand in parentheses of its own: an assignment, a return."""
    indent = "    " * level
    whole = f"{indent}{before}{value.text}{after}"
    if fits(whole) or (isinstance(value, Atom) and not value.is_dotted and not fits(f"{indent}    {value.text}")):
        return [whole]
    return _split(before, value, after, level)


def _split(before: str, value: Node, after: str, level: int) -> Lines:
    """A value on lines of its own: inside its own brackets where the first line is short enough for that, else in parentheses."""
    indent = "    " * level
    if isinstance(value, Applied):
        return _applied(before, value, after, level, stands_alone=True)
    if isinstance(value, Group) and value.items and fits(f"{indent}{before}{value.before}"):
        return _broken(before, value, after, level)
    wrapped = _in_parentheses(before, value, after, level)
    if isinstance(value, Group) and value.items and not all(map(fits, wrapped)):
        return _broken(before, value, after, level)
    return wrapped


def _in_parentheses(before: str, value: Node, after: str, level: int) -> Lines:
    indent = "    " * level
    return [f"{indent}{before}(", *on_its_own(value, level + 1, ""), f"{indent}){after}"]


def _applied(before: str, value: Applied, after: str, level: int, *, stands_alone: bool = False) -> Lines:
    """Broken in the last brackets where the line up to them is short enough, else in the first, else in both; parentheses may help."""
    indent = "    " * level
    if fits(f"{indent}{before}{value.function}("):
        return _broken(before, Group(f"{value.function}(", (value.argument,), ")"), after, level)
    end = f"{value.function.close}({value.argument})"
    if fits(f"{indent}{before}{value.function.before}") and fits(f"{indent}{end}{after}"):
        return _broken(before, value.function, f"({value.argument}){after}", level)
    if stands_alone and fits(f"{indent}    {value.function.before}") and fits(f"{indent}    {end}"):
        return [f"{indent}{before}(", *_broken("", value.function, f"({value.argument})", level + 1), f"{indent}){after}"]
    *most, last = _broken(before, value.function, "", level)
    return [*most, *_broken(last.lstrip(), Group("(", (value.argument,), ")"), after, level)]


def field(name: str, annotation: Node, default: Node | None = None, level: int = 1) -> Lines:
    """The lines of ``name: annotation = default``."""
    indent = "    " * level
    before = f"{indent}{name}: {annotation.text}"
    whole = before if default is None else f"{before} = {default.text}"
    if fits(whole):
        return [whole]
    if default is None:
        return statement(f"{name}: ", annotation, "", level)
    if isinstance(annotation, Atom) and not fits(f"{indent}    {annotation}") and not _fits_behind(default, indent):
        return _default_only(before, default, level)
    if isinstance(default, Group) and default.items and fits(f"{before} = {default.before}"):
        return _broken(f"{name}: {annotation} = ", default, "", level)
    if fits(f"{before} = ("):  # behind an annotation, black takes parentheses even where they do not help
        return _in_parentheses(f"{name}: {annotation} = ", default, "", level)
    return _field_broken_twice(name, annotation, default, level)


def _fits_behind(default: Node, indent: str) -> bool:
    """Whether a call fits behind an annotation that was broken."""
    return isinstance(default, Group) and fits(f"{indent}) = {default}")


def _default_only(before: str, default: Node, level: int) -> Lines:
    """An annotation that is too long wherever it stands; black then leaves parentheses around the default, and seldom breaks them."""
    if isinstance(default, Group) and default.items:
        return _broken(f"{before.lstrip()} = ", default, "", level)
    if fits(f"{'    ' * (level + 1)}{default.text})"):
        return [f"{before} = ({default})"]
    if isinstance(default, Atom) and default.is_dotted:
        return _in_parentheses(f"{before.lstrip()} = ", default, "", level)
    return [f"{before} = {default}"]


def _field_broken_twice(name: str, annotation: Node, default: Node, level: int) -> Lines:
    """The annotation goes on lines of its own, and the default too where it is still too long."""
    indent = "    " * level
    if isinstance(annotation, Group) and isinstance(default, Atom) and not fits(f"{indent}    {default.text}"):
        *most, last = _broken(f"{name}: ", annotation, " = ", level)
        return [*most, *statement(last.lstrip(), default, "", level)]
    *most, last = _split(f"{name}: ", annotation, " = ", level)
    odd = isinstance(annotation, Group) and most[0].endswith(": (")
    if isinstance(annotation, Atom) and isinstance(default, Infix):
        enclosed = f"{last}({default})"
        is_short = fits(f"{indent}{name}: (") and fits(enclosed)
        return [*most, *([enclosed] if is_short else _in_parentheses(last.lstrip(), default, "", level))]
    if isinstance(default, Group) and default.items and (odd or not fits(most[0])):
        return [*most, *_broken(last.lstrip(), default, "", level)]
    if odd:
        # Black's own oddity: parentheses once tried around the default stay when those around the annotation are taken.
        exploded = any(line.endswith(",") for line in most)  # black keeps a trailing comma it has once written
        return [*most, *([f"{last}(", f"{indent}    {default}", f"{indent})"] if exploded else [f"{last}({default})"])]
    return [*most, *statement(last.lstrip(), default, "", level)]


def header(before: str, arguments: tuple[Node, ...], after: str, level: int = 0) -> Lines:
    """The lines of ``def name(arguments) -> X:`` or ``class Name(arguments):``."""
    indent = "    " * level
    listed = ", ".join([argument.text for argument in arguments])
    whole = f"{indent}{before}({listed}){after}"
    if fits(whole):
        return [whole]
    one = f"{indent}    {listed}"
    if fits(one):
        lines = [one + ("," if before.startswith("def ") and len(arguments) == 1 else "")]
    else:
        lines = [line for argument in arguments for line in on_its_own(argument, level + 1, ",")]
    return [f"{indent}{before}(", *lines, *_result(indent, after)]


def _result(indent: str, after: str) -> Lines:
    """``) -> X:``, with a result that is too long in parentheses where those make it short enough."""
    arrow, _, result = after.partition("-> ")
    inside = f"{indent}    {result.removesuffix(':')}"
    if arrow == " " and not fits(f"{indent}){after}") and fits(inside):
        return [f"{indent}) -> (", inside, f"{indent}):"]
    return [f"{indent}){after}"]


def _broken(before: str, group: Group, after: str, level: int) -> Lines:
    """A group with its items on lines of their own."""
    indent = "    " * level
    return [f"{indent}{before}{group.before}", *_contents(group, level + 1), f"{indent}{group.close.lstrip(',')}{after}"]


def _contents(group: Group, level: int) -> Lines:
    items = group.items
    if len(items) == 1:
        return _only(group, items[0], level)
    indent = "    " * level
    if group.before not in ("[", "{", "("):
        whole = indent + group.text[len(group.before) : len(group.text) - len(group.close)]
        if fits(whole):
            return [whole]
    room = WIDTH - len(indent) - len(",") if group.text.isascii() else 0
    lines: Lines = []
    for item in items:
        lines += [f"{indent}{item.text},"] if len(item.text) <= room else _argument(item, level, ",")
    return lines


def _only(group: Group, item: Node, level: int) -> Lines:
    """The only item of a group, which has a comma where black may add one."""
    whole = "    " * level + item.text
    if fits(whole) and group.close != ",)":
        return [whole]
    no_comma = (group.close == "]" and group.before != "[") or (isinstance(item, Infix) and item.is_loop)
    return _argument(item, level, "" if no_comma else ",")


def _argument(node: Node, level: int, after: str) -> Lines:
    """An item of a group; a conditional expression that is too long for a line gets parentheses."""
    indent = "    " * level
    whole = f"{indent}{node.text}{after}"
    if fits(whole):
        return [whole]
    before, value = (node.before, node.node) if isinstance(node, Prefixed) else ("", node)
    if isinstance(value, Infix) and value.is_conditional:
        return [f"{indent}{before}(", *on_its_own(value, level + 1, ""), f"{indent}){after}"]
    return on_its_own(node, level, after)


def on_its_own(node: Node, level: int, after: str) -> Lines:
    """A node on a line of its own within brackets, broken where it is too long."""
    whole = f"{'    ' * level}{node.text}{after}"
    if fits(whole):
        return [whole]
    before = ""
    inner = node
    while isinstance(inner, Prefixed):
        before, inner = before + inner.before, inner.node
    match inner:
        case Applied():
            return _applied(before, inner, after, level)
        case Group() if inner.items:
            return _broken(before, inner, after, level)
        case Infix((first, *middle, last)):
            lines = on_its_own(Prefixed(before, first), level, "")
            for part in middle:
                lines += on_its_own(part, level, "")
            return lines + on_its_own(last, level, after)
        case _:
            return [whole]


def fits(line: str) -> bool:
    """Whether black leaves the line as it is."""
    return len(line) <= WIDTH if line.isascii() else str_width(line) <= WIDTH


def str_width(text: str) -> int:
    """The columns that text takes up, as black counts them: wide East Asian characters take two, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
