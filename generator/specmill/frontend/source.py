"""Bytes to ``Document``: YAML or JSON of one document, as plain data; and, for a finding, a JSON Pointer back to line and column."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from specmill.config import Limits
from specmill.diagnostics import Diagnostic, Place, Report, Severity
from specmill.frontend import suggestions
from specmill.frontend.limits import DEFAULT_LIMITS, Fault, Unreadable
from specmill.ir import MISSING, Json, Missing
from specmill.pointers import unescaped

if TYPE_CHECKING:
    from specmill.frontend import landmarks, positions  # a run that has nothing to say does without them

_LOOKS_LIKE_JSON: Final = re.compile(rb"[ \t\r\n]*[{\[]")
_MAY_BE_JSON: Final = rb'[ \t\r\n]*["\-0-9tfn]'  # a value that is neither
_NOT_JSON_AT_ALL: Final = frozenset(["invalid-json"])  # the codes of faults after which the text may still be YAML

# The marks and patterns by which YAML 1.2 (section 5.2) knows an encoding; the first that fits.
_ENCODINGS: Final = (
    (rb"\x00\x00\xfe\xff|\x00\x00\x00.", "utf-32-be"),
    (rb"\xff\xfe\x00\x00|.\x00\x00\x00", "utf-32-le"),
    (rb"\xfe\xff|\x00[^\x00]", "utf-16-be"),
    (rb"\xff\xfe|[^\x00]\x00", "utf-16-le"),
)
_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_BINARY: Final = "this is no text: expected YAML or JSON in UTF-8"
_NAME_A_TEXT: Final = "name the file of the spec itself, not what it is packed in or made into"


class Document(Struct, eq=False):
    """One file or resource as plain data."""

    name: str  # its path relative to the root spec's folder, or its URI
    path: Path | None  # None: it is not a file
    data: Json
    text: bytes = b""  # as it was read, in UTF-8 without a byte order mark; empty: it was given as data
    limits: Limits = DEFAULT_LIMITS  # under which it was read
    file: bytes = b""  # as it was read
    _digest: str = ""
    _lines: positions.Lines | None = None
    _landmarks: landmarks.Landmarks | None = None
    _tree: positions.Tree | None = None

    @property
    def digest(self) -> str:
        """The sha256 of the file as it was read; while a spec is watched, nobody waits for it."""
        self._digest = self._digest or hashlib.sha256(self.file).hexdigest()
        return self._digest

    @property
    def lines(self) -> positions.Lines:
        """The text by its lines."""
        from specmill.frontend import positions  # needed only where there is something to say

        self._lines = self._lines or positions.Lines(self.text)
        return self._lines

    def spot(self, segments: list[str]) -> tuple[positions.Spot | None, bool]:
        """The place of the value, and whether it is there at all; else the place of the nearest one around it that is."""
        from specmill.frontend import landmarks, positions  # needed only where there is something to say

        if self._landmarks is None:
            self._landmarks = landmarks.of(self.text)
        there = _there(self.data, segments)
        spot = self._landmarks.find(self.data, there)
        if spot is not None:
            return spot, len(there) == len(segments)
        text = self.text.decode()
        self._tree = self._tree or _tree(text, self._landmarks)
        if self._tree.root is None:
            return None, False
        found, is_there = positions.find(self._tree.root, segments)
        return found.in_bytes(text), is_there

    def without_data(self) -> Document:
        """The document without its data, which can be read again."""
        return Document(self.name, self.path, MISSING, limits=self.limits, _digest=self.digest)

    def is_bare(self, segments: list[str], text: str) -> bool:
        """Whether a text stands at the place without quotes."""
        if not self.text or (self.name.lower().endswith(".json") and _LOOKS_LIKE_JSON.match(self.text)):
            return False
        spot, is_there = self.spot(segments)
        return spot is not None and is_there and self.text.startswith(text.encode(), spot.start)


def _unknown(_: bytes) -> None:
    """Nothing is known of any text."""


def read(
    path: Path, name: str, report: Report, limits: Limits = DEFAULT_LIMITS, known: Callable[[bytes], Document | None] = _unknown
) -> Document | None:
    """Read a file, or take what is ``known`` of its text; None after adding to the report why that is not possible."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size or limits.document_bytes  # of a pipe, nothing is known
            text = file.read(min(size, limits.document_bytes) + 1)  # room for many more bytes than there are would take long to make
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "name the file of the spec itself" if os.path.isdir(path) else near_file(path)
        report.error("unreadable-file", name, f"the file cannot be read: {reason[:1].lower()}{reason[1:]}", help=hint)
        return None
    document = known(text) or load(text, name, report, path=path, limits=limits)
    if document is not None:
        document.file = text
    return document


def near_file(path: Path) -> str | None:
    """The file of nearly that name, as a suggestion."""
    try:
        return suggestions.among(path.name, [entry.name for entry in path.parent.iterdir()], 0.75) if not path.exists() else None
    except OSError:
        return None


def parse(text: bytes, name: str, report: Report, limits: Limits = DEFAULT_LIMITS) -> Json | Missing:
    """The data of a text; ``MISSING`` after adding to the report what is wrong with it."""
    document = load(text, name, report, limits=limits)
    return MISSING if document is None else document.data


def load(text: bytes, name: str, report: Report, *, path: Path | None = None, limits: Limits = DEFAULT_LIMITS) -> Document | None:
    """The document of a text; None after adding to the report what is wrong with it."""
    if len(text) > limits.document_bytes:
        report.error("too-large", name, f"it holds more than {limits.document_bytes} bytes")
        return None
    if (data := _plain(text, name, limits)) is not MISSING:
        return Document(name, path, data, text, limits=limits)
    characters = _decode(text, name, report)
    if characters is None:
        return None
    normal = text if len(text) == len(characters) else characters.encode()  # nothing but ASCII is as long in bytes
    try:
        data = _data(characters, normal, name, limits)
    except Unreadable as error:
        _explain(error.faults, characters, name, report)
        return None
    return Document(name, path, data, normal, limits=limits)


def place(document: Document, pointer: str, *, at_key: bool = False) -> Place:
    """The position of the value at a JSON Pointer, or of its key; of what is around it where it does not exist.

    The text is read again for this: positions are only needed when there is something to say.
    """
    if not document.text:
        return Place(document.name)
    lines = document.lines
    spot, is_there = document.spot(segments(pointer.removeprefix(document.name + "#")))
    if spot is None:
        return Place(document.name)
    if spot.key is not None and (at_key or not is_there):
        return lines.place(document.name, *spot.key)
    return lines.place(document.name, spot.start, spot.end)


class Sources(Struct):
    """What a run has read, for saying where something stands."""

    documents: dict[str, Document]
    consulted: Mapping[Path, Document | None]  # the files that were looked at
    fetched: Mapping[str, str]  # the sha256 of what was fetched, by URI

    def place(self, pointer: str, *, at_key: bool = False) -> Place | None:
        """The position of what ``<document>#<pointer>`` names; None where there is no such document."""
        first = pointer.partition("#")[0]
        name = first if first in self.documents else next((one for one in self.documents if pointer.startswith(f"{one}#")), None)
        if name is None:
            return None
        document = self.documents[name]
        if document.data is MISSING:
            document = self.documents[name] = _again(document)
        return place(document, pointer[len(name) + 1 :], at_key=at_key)

    def without_data(self) -> Sources:
        """The same without the data of files, which are read again where something has to be found in them."""
        read = {path: None if one is None else one.without_data() for path, one in self.consulted.items()}
        documents = {name: one if one.path is None else one.without_data() for name, one in self.documents.items()}
        return replace(self, documents=documents, consulted=read)


def _again(document: Document) -> Document:
    """The document, read again; without data where that is no longer what was read."""
    found = None if document.path is None else read(document.path, document.name, Report(), document.limits)
    return found if found is not None and found.digest == document.digest else replace(document, data=None)


def segments(pointer: str) -> list[str]:
    """The keys of a JSON Pointer (RFC 6901)."""
    return [unescaped(part) for part in pointer.split("/")[1:]]


def _there(data: Json, segments: list[str]) -> list[str]:
    """The first of the segments, as many as lead to something."""
    for count, segment in enumerate(segments):
        if isinstance(data, dict) and segment in data:
            data = data[segment]
        elif isinstance(data, list) and segment.isdecimal() and segment.isascii() and int(segment) < len(data):
            data = data[int(segment)]
        else:
            return segments[:count]
    return segments


def _tree(text: str, found: landmarks.Landmarks) -> positions.Tree:
    from specmill.frontend import landmarks, positions  # needed only where there is something to say

    if isinstance(found, landmarks.JsonValues):
        return positions.of_json(text)
    from specmill.frontend import yaml_events  # as above, and a JSON text does without it

    try:
        return yaml_events.of_yaml(text)
    except (Unreadable, KeyError, IndexError):  # the text is not what was read: there are no positions in it
        return positions.Tree()


def _decode(text: bytes, name: str, report: Report) -> str | None:
    encoding = next((name for pattern, name in _ENCODINGS if re.match(pattern, text, re.DOTALL)), "utf-8")
    try:
        characters = text.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        if not text.startswith(_MARKS) and (encoding != "utf-8" or b"\0" in text):
            report.error("invalid-encoding", name, _BINARY, help=_NAME_A_TEXT)
            return None
        before = text[: error.start].decode(encoding).removeprefix("\ufeff")
        shown = before + text[error.start :].decode(encoding, errors="replace")
        found = text[error.start : error.start + 1].hex()
        message = f"the text is not valid {encoding.upper()}: byte 0x{found} at offset {error.start} does not fit"
        fault = Fault("invalid-encoding", message, len(before), len(before) + 1, "save the file as UTF-8")
        _explain([fault], shown, name, report)
        return None
    nul = characters.find("\0")
    if nul < 0:
        return characters
    fault = Fault("invalid-encoding", "this is the character NUL, which no text in YAML or JSON holds", nul, nul + 1, "take it out")
    _explain([fault], characters, name, report)
    return None


def _plain(text: bytes, name: str, limits: Limits) -> Json | Missing:
    """The data of a text in UTF-8 with nothing wrong in it, which the reader proves as it goes: no character need be looked at before."""
    if _LOOKS_LIKE_JSON.match(text):
        from specmill.frontend import strict_json  # a run needs one of the parsers, and each takes long to import

        return strict_json.sound(text, limits)
    if name.lower().endswith(".json"):
        return MISSING
    from specmill.frontend import yaml_lines  # as above

    return yaml_lines.load(text, limits)


def _data(text: str, normal: bytes, name: str, limits: Limits) -> Json:
    is_json = name.lower().endswith(".json")
    looks_like_json = _LOOKS_LIKE_JSON.match(normal)
    if looks_like_json or (is_json and re.match(_MAY_BE_JSON, normal)):
        from specmill.frontend import strict_json  # a run needs one of the two parsers, and each takes long to import

        try:
            return strict_json.load(normal, limits)
        except Unreadable as error:
            # What is not JSON may be YAML's flow style, unless the name says otherwise.
            if (is_json and looks_like_json) or error.faults[0].code not in _NOT_JSON_AT_ALL:
                raise
    from specmill.frontend import yaml12  # as above

    data = yaml12.load(text, limits)
    if data is MISSING:
        raise Unreadable(Fault("empty-file", "there is nothing in it", help="a spec begins with `openapi: 3.1.0`, or is a JSON Schema"))
    return data


def _explain(faults: Sequence[Fault], text: str, name: str, report: Report) -> None:
    from specmill.frontend import positions  # needed only where there is something to say

    lines = positions.Lines(text.encode())
    at = positions.in_bytes(text, [offset for fault in faults for offset in (fault.start, fault.end, *(note for _, note in fault.notes))])
    for fault in faults:
        place = lines.place(name, at[fault.start], at[fault.end])
        notes = tuple((text, str(lines.place(name, at[offset]))) for text, offset in fault.notes)
        pointer = name if fault.pointer is None else f"{name}#{fault.pointer}"
        report.add(Diagnostic(fault.code, Severity.ERROR, fault.message, pointer, fault.help, notes, place=place))
