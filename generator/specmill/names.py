"""Words to identifiers: how a name in a spec is cut into words, how a target joins them, and how each identifier is given out once."""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping
from functools import lru_cache
from typing import TypeVar

from specmill.ir import Words

K = TypeVar("K", bound=Hashable)

# A hump starts at an upper-case letter after a lower-case letter or digit (aB, 1B), and at the last capital of a run (HTTPServer).
# Whether it is a capital is asked first, because that is answered fastest.
_HUMPS = re.compile(r"(?=[A-Z])(?:(?<=[a-z0-9])|(?<=[A-Z])(?=.[a-z]))")
_BEFORE_THE_LAST_HUMP = re.compile(f".*{_HUMPS.pattern}", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z0-9]+\Z")
_ASCII_WORDS = re.compile(r"[A-Za-z0-9]+")

# Only for names that would otherwise be empty or lose their sign: "+1" and "-1" are two names.
_SYMBOLS = {
    "+": "plus", "-": "minus", "*": "star", "/": "slash", "\\": "backslash", "<": "lt", ">": "gt", "=": "eq", "!": "not", "~": "tilde",
    "&": "and", "|": "or", "%": "percent", "$": "dollar", "#": "hash", "@": "at", "^": "caret", "?": "question", ".": "dot", ",": "comma",
    ":": "colon", ";": "semicolon", "'": "quote", '"': "double_quote", "`": "backtick", "(": "open", ")": "close", "[": "open_bracket",
    "]": "close_bracket", "{": "open_brace", "}": "close_brace", "_": "underscore", " ": "space",
}  # fmt: skip


@lru_cache(maxsize=65536)
def words(text: str) -> Words:
    """Cut a spec's name at everything that is not a letter or digit; case is kept. Never empty: symbols are spelled where nothing else is."""
    if _PLAIN.match(text):
        return (text,)
    if text.isascii():
        found = tuple(_ASCII_WORDS.findall(text))
    else:
        normal = unicodedata.normalize("NFKC", text)
        found = tuple("".join(c if _is_word(c) else " " for c in normal).split())
    if found and not (text[0] in "+-<>" and text[1:2].isdigit()):
        return found
    if found:
        return (_SYMBOLS[text[0]], *found)
    spelled = tuple(_SYMBOLS.get(c) or f"u{ord(c):x}" for c in text[:8])
    return spelled or ("empty",)


def _is_word(character: str) -> bool:
    return character.isalnum() and ("a" + character).isidentifier()


@lru_cache(maxsize=65536)
def humps(name: Words) -> Words:
    """Cut the words further where their case changes: ``maxFileSizeMB`` is max, File, Size, MB; ``HTTPServer`` is HTTP, Server."""
    return tuple([part for word in name for part in _cut(word)])


def last_hump(word: str) -> str:
    """The last of the humps of a word."""
    found = _BEFORE_THE_LAST_HUMP.match(word)  # begins at the end of the word
    return word[found.end() :] if found else word


@lru_cache(maxsize=65536)
def _cut(word: str) -> list[str]:
    return [*map(sys.intern, _HUMPS.split(word))]  # a large spec has few different ones, many times each


@lru_cache(maxsize=65536)
def snake(name: Words) -> str:
    """``("external", "id")`` → ``external_id``; ``("HTTPServer",)`` → ``http_server``."""
    joined = "_".join(name)
    if joined.isascii():
        lower = joined.lower()
        return _digit_safe(lower if lower == joined else _HUMPS.sub("_", joined).lower())
    return _digit_safe("_".join([part.lower() for part in humps(name)]))  # the lower case of a letter may depend on its neighbours


def upper_snake(name: Words) -> str:
    """``("in", "progress")`` → ``IN_PROGRESS``."""
    return _digit_safe(snake(name).upper())


@lru_cache(maxsize=65536)
def pascal(name: Words) -> str:
    """``("document", "config")`` → ``DocumentConfig``; case inside a word is kept."""
    return _digit_safe("".join([word[0].upper() + word[1:] for word in name]))


def camel(name: Words) -> str:
    """``("max", "fileSizeMB")`` → ``maxFileSizeMB``."""
    first, *rest = name
    return _digit_safe(first[0].lower() + first[1:] + "".join(word[0].upper() + word[1:] for word in rest))


def _digit_safe(joined: str) -> str:
    """The identifier, after an underscore where it would start with a digit. ``ValueError``, a bug of ours, where it is none even so."""
    # Python reads identifiers in NFKC, a form that a change of case may leave: "İ" is two characters in upper case.
    identifier = joined if joined.isascii() else unicodedata.normalize("NFKC", joined)
    if identifier.isidentifier():
        return identifier
    if not f"_{identifier}".isidentifier():
        raise ValueError(f"{identifier!r} is no identifier")
    return f"_{identifier}"


def singular(word: str) -> str:
    """The singular of an English plural, for naming the items of a list: ``tags`` → ``tag``, ``categories`` → ``category``."""
    for plural, one in (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("zes", "z")):
        if word.endswith(plural) and len(word) > len(plural) + 1:
            return word[: -len(plural)] + one
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1] or word
    return word


def assign(wanted: Mapping[K, tuple[str, str]], *, reserved: Collection[str] = (), fold: Callable[[str], str] = str) -> dict[K, str]:
    """Give every key an identifier of its own, whatever order the keys come in.

    ``wanted`` maps a key to (the identifier it would like, the name in the spec that it stands for). A reserved identifier gets an
    underscore behind it. Where several keys want one identifier (compared by ``fold``), it goes to the only one whose name in the spec is
    that very identifier; every other one gets a suffix made from its own name in the spec, so that adding or moving one never renames another.
    """
    safe = {key: identifier + "_" if identifier in reserved else identifier for key, (identifier, _) in wanted.items()}
    if len(set(map(fold, safe.values()))) == len(safe):
        return safe
    groups: defaultdict[str, list[K]] = defaultdict(list)
    for key, identifier in safe.items():
        groups[fold(identifier)].append(key)
    out: dict[K, str] = {}
    for keys in groups.values():
        exact = keys if len(keys) == 1 else [key for key in keys if wanted[key][1] == safe[key]]
        keeper = exact[0] if len(exact) == 1 else None
        for key in keys:
            out[key] = safe[key] if key is keeper else f"{safe[key]}_{digest(wanted[key][1])}"
    return out


def folded(text: str) -> str:
    """What two names have in common that are one file where neither case nor Unicode form counts."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def digest(text: str) -> str:
    """Six hex digits that depend on the text alone."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:6]
