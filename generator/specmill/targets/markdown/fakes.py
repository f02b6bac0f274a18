"""Made-up addresses, names and words, drawn as Faker draws them: the same stream gives the same ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from specmill.targets.markdown.random_stream import Stream

_LISTS = Path(__file__).with_name("fakes.txt")
_WORDS = ("adjective", "adverb", "conjunction", "interjection", "noun", "preposition", "verb")
_DOUBLE_NAME = 0.95  # from here on a family name is two


@cache
def _lists() -> dict[str, list[str]]:
    lines = _LISTS.read_text("utf-8").splitlines()
    return {name: values.split("|") for name, _, values in (line.partition(": ") for line in lines if not line.startswith("#"))}


def pick(name: str, stream: Stream) -> str:
    """One of a list."""
    return stream.choice(_lists()[name])


def url(stream: Stream) -> str:
    """``https://handy-airport.com``, or with a slash behind."""
    slash = "/" if stream.uniform() < 0.5 else ""  # noqa: PLR2004 - even odds
    return f"https://{domain(stream)}{slash}"


def domain(stream: Stream) -> str:
    """``handy-airport.com``."""
    word = f"{pick('adjective', stream)}-{pick('noun', stream)}".lower()
    return f"{word}.{pick('top_level', stream)}"


def sentence(stream: Stream) -> str:
    """Three to ten words of any sort."""
    return " ".join(_word(stream) for _ in range(stream.between(3, 10)))


def _word(stream: Stream) -> str:
    """A word of the sort that comes first when the sorts are shuffled."""
    sorts = list(_WORDS)
    for last in range(len(sorts) - 1, 0, -1):
        other = stream.between(0, last)
        sorts[last], sorts[other] = sorts[other], sorts[last]
    return pick(sorts[0], stream)


def email(stream: Stream) -> str:
    """``Bret25@gmail.com``."""
    provider = pick("mail", stream)
    return f"{user_name(stream)}@{provider}"


def user_name(stream: Stream) -> str:
    """``Keanu.Koss82``."""
    first, last, joint, number = _name_parts(stream)
    return stream.choice((f"{first}{joint}{last}{number}", f"{first}{joint}{last}", f"{first}{number}"))


def display_name(stream: Stream) -> str:
    """``Alexandrea_Turner``."""
    first, last, joint, number = _name_parts(stream)
    return stream.choice((f"{first}{number}", f"{first}{joint}{last}", f"{first}{joint}{last}{number}"))


def _name_parts(stream: Stream) -> tuple[str, str, str, int]:
    first = pick("first_name", stream)
    parts = 1 if stream.uniform() < _DOUBLE_NAME else 2
    last = "-".join(pick("last_name", stream) for _ in range(parts))
    return first.replace("'", ""), last.replace("'", ""), stream.choice((".", "_")), stream.between(0, 99)
