"""What the schemas assert beyond what the types say: plain functions on JSON values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable
from decimal import Decimal
from ipaddress import IPv6Address
from math import isfinite
from typing import TypeAlias, TypeGuard

from ._errors import At, Error

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"


def is_json_number(value: Json) -> TypeGuard[float]:
    """Whether it is a JSON number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_json_integer(value: Json) -> TypeGuard[float]:
    """Whether it is a whole JSON number: 1 and 1.0 are the same."""
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def is_multiple_of(value: float, step: int, scale: int) -> bool:
    """Whether the number is a multiple of ``step / scale``, exactly.

    A float counts as the decimal number that JSON wrote.
    """
    if isinstance(value, int):
        return value * scale % step == 0
    if not isfinite(value):
        return False
    top, bottom = Decimal(repr(value)).as_integer_ratio()
    return top * scale % (bottom * step) == 0


def ordered(value: Json) -> Json:
    """The value as all that are equal to it are written: keys in order, and whole numbers as int."""
    if isinstance(value, list):
        return [*map(ordered, value)]
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value, key=str)}
    return int(value) if isinstance(value, float) and value.is_integer() else value


def frozen(value: Json) -> Hashable:
    """A form that is equal where JSON values are: 1 is 1.0, and true is not 1. It is text, because the hash of a number can be chosen."""
    if value is None or isinstance(value, str):
        return value
    return "", repr(ordered(value))


def equals_any(value: Json, values: frozenset[Hashable]) -> bool:
    """Whether one of the values, given in their frozen form, is equal."""
    return frozen(value) in values


def frozen_values(values: list[Json]) -> frozenset[Hashable]:
    """The frozen forms of several values."""
    return frozenset(map(frozen, values))


def has_unique_items(items: list[Json]) -> bool:
    """Whether no two items are equal."""
    return len(set(map(frozen, items))) == len(items)


_DATE = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")


def valid_date(text: str) -> bool:
    """A full-date of RFC 3339."""
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    year, month, day = map(int, found.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (
        29
        if leap and month == 2
        else 28 if month == 2 else 30 + (month + month // 8) % 2
    )
    return 1 <= month <= 12 and 1 <= day <= days


_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)


def valid_time(text: str) -> bool:
    """A full-time of RFC 3339: with an offset; a leap second at the end of a day."""
    found = _TIME.fullmatch(text)
    if found is None:
        return False
    hour, minute, second = map(int, found.group(1, 2, 3))
    sign, hours, minutes = found.group(4, 5, 6)
    offset = (
        (int(hours) * 60 + int(minutes)) * (1 if sign == "+" else -1) if sign else 0
    )
    if hour > 23 or minute > 59 or (sign and (int(hours) > 23 or int(minutes) > 59)):
        return False
    return second < 60 or (
        second == 60 and (hour * 60 + minute - offset) % (24 * 60) == 24 * 60 - 1
    )


def valid_date_time(text: str) -> bool:
    """A date-time of RFC 3339."""
    return text[10:11] in ("T", "t") and valid_date(text[:10]) and valid_time(text[11:])


_DURATION = re.compile(
    "P(?!$)(?:[0-9]+W"
    "|(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)?"
    "(?:T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))?)"
)


def valid_duration(text: str) -> bool:
    """A duration of RFC 3339, appendix A."""
    return _DURATION.fullmatch(text) is not None


_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET}")


def valid_ipv4(text: str) -> bool:
    """An IPv4 address: four decimal numbers without leading zeros."""
    return _IPV4.fullmatch(text) is not None


def valid_ipv6(text: str) -> bool:
    """An IPv6 address, without a zone."""
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text


_UUID = re.compile("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def valid_uuid(text: str) -> bool:
    """A UUID of RFC 4122."""
    return _UUID.fullmatch(text) is not None


_JSON_POINTER = re.compile("(?:/(?:[^~/]|~[01])*)*")


def valid_json_pointer(text: str) -> bool:
    """A JSON Pointer of RFC 6901."""
    return _JSON_POINTER.fullmatch(text) is not None


_UPWARDS = re.compile("(?:0|[1-9][0-9]*)(#?)")


def valid_relative_json_pointer(text: str) -> bool:
    """A number of levels, and a JSON Pointer or #."""
    found = _UPWARDS.match(text)
    if found is None:
        return False
    rest = text[found.end() :]
    return not rest or (not found[1] and valid_json_pointer(rest))


_TRIPLET = "%[0-9A-Fa-f]{2}"
_PCHAR = f"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|{_TRIPLET})"
_URI_REFERENCE = re.compile(
    "(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?"
    f"(?://(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|{_TRIPLET})*@)?"
    rf"(?:\[(?P<ip>[^\]]*)\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|{_TRIPLET})*)(?::[0-9]*)?"
    f"(?:/{_PCHAR}*)*"
    f"|(?P<path>/?(?:{_PCHAR}+(?:/{_PCHAR}*)*)?))"
    rf"(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?])*)?"
)
_IP_FUTURE = re.compile(r"[vV][0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+")


def valid_uri_reference(text: str) -> bool:
    """A URI or a relative reference of RFC 3986."""
    found = _URI_REFERENCE.fullmatch(text)
    if found is None:
        return False
    scheme, ip, path = found.group("scheme", "ip", "path")
    if ip is not None and not (valid_ipv6(ip) or _IP_FUTURE.fullmatch(ip)):
        return False
    return scheme is not None or path is None or ":" not in path.partition("/")[0]


_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*:")


def valid_uri(text: str) -> bool:
    """A URI of RFC 3986: with a scheme."""
    return _SCHEME.match(text) is not None and valid_uri_reference(text)


_UNICODE = re.compile(
    r"[\xa0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U000dffff\U000e1000-\U000efffd]"
)
_QUERY = re.compile(r"\?[^#]*")
_PRIVATE = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010fffd]")


def _as_uri(text: str) -> str:
    """The IRI with a letter for every character that a URI may not have."""
    private = _QUERY.sub(lambda query: _PRIVATE.sub("a", query[0]), text, count=1)
    return _UNICODE.sub("a", private)


def valid_iri_reference(text: str) -> bool:
    """An IRI or a relative reference of RFC 3987."""
    return valid_uri_reference(_as_uri(text))


def valid_iri(text: str) -> bool:
    """An IRI of RFC 3987: with a scheme."""
    return valid_uri(_as_uri(text))


_VARIABLE = (
    r"(?:\w|%[0-9A-Fa-f]{2})(?:\.?(?:\w|%[0-9A-Fa-f]{2}))*(?::[1-9][0-9]{0,3}|\*)?"
)
_URI_TEMPLATE = re.compile(
    r"(?:[^\x00-\x20\x7f-\x9f\"%<>\\^`{|}]|%[0-9A-Fa-f]{2}"
    r"|[{][+#./;?&]?" + _VARIABLE + "(?:," + _VARIABLE + ")*[}])*",
    re.ASCII,
)


def valid_uri_template(text: str) -> bool:
    """A URI Template of RFC 6570."""
    return _URI_TEMPLATE.fullmatch(text) is not None


_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATEXT}(?:\.{_ATEXT})*|\"(?:[ !#-\[\]-~]|\\[ -~])*\"")
_DOMAIN = re.compile(r"(?=.{1,255}\Z)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def _valid_mail_domain(domain: str) -> bool:
    """A host name, or an address in brackets."""
    if domain.startswith("[") and domain.endswith("]"):
        if domain[1:6].lower() == "ipv6:":
            return valid_ipv6(domain[6:-1])
        return valid_ipv4(domain[1:-1])
    labels = domain.split(".")
    return _DOMAIN.fullmatch(domain) is not None and all(
        0 < len(label) < 64 and label[0] != "-" and label[-1] != "-" for label in labels
    )


def valid_email(text: str) -> bool:
    """A mailbox of RFC 5321."""
    local, _, domain = text.rpartition("@")
    return (
        len(local) <= 64
        and _LOCAL.fullmatch(local) is not None
        and _valid_mail_domain(domain)
    )


_BEYOND_ASCII = re.compile(r"[^\x00-\x7f\ud800-\udfff]")


def valid_idn_email(text: str) -> bool:
    """A mailbox of RFC 6531: letters of all scripts."""
    local, _, _ = text.rpartition("@")
    octets = len(local.encode("utf-8", "surrogatepass"))
    return octets <= 64 and valid_email(_BEYOND_ASCII.sub("a", text))


_LDH = re.compile("[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_PVALID = frozenset("-\xdf\u03c2\u06fd\u06fe\u0f0b\u3007")
_CONTEXTUAL = frozenset("\xb7\u0375\u05f3\u05f4\u30fb\u200c\u200d")
_DISALLOWED = re.compile(
    r"[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b]"  # by name
    r"|[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]"  # old Hangul Jamo
    r"|[\u034f\u17b4\u17b5\u180b-\u180f\u20d0-\u20ff\ufe00-\ufe0f\U0001d100-\U0001d24f]"
)
_LETTERS = frozenset({"Ll", "Lu", "Lo", "Nd", "Lm", "Mn", "Mc"})
_RIGHT_JOINING = re.compile(
    r"[\u0622-\u0625\u0627\u0629\u062f-\u0632\u0648\u0671-\u0673\u0675-\u0677"
    r"\u0688-\u0699\u06c0\u06c3-\u06cb\u06cd\u06cf\u06d2\u06d3\u06d5\u06ee\u06ef]"
)


def valid_hostname(text: str) -> bool:
    """A host name of RFC 1123; labels that stand for Unicode must do so rightly."""
    return len(text) <= 253 and all(map(_valid_ascii_label, text.split(".")))


def _valid_ascii_label(label: str) -> bool:
    if _LDH.fullmatch(label) is None or len(label) > 63:
        return False
    if label[:4].lower() == "xn--":
        decoded = _decoded(label)
        return decoded is not None and _is_bidi_sound([decoded])
    return label[2:4] != "--"


def _decoded(label: str) -> str | None:
    """The Unicode label that an ASCII label stands for; None where it is none."""
    code = label[4:].lower()
    try:
        found = code.encode("ascii").decode("punycode")
        same = found.encode("punycode").decode("ascii") == code
    except (ValueError, OverflowError):
        return None
    sound = same and not found.isascii() and _valid_unicode_label(found)
    return found if sound else None


def _valid_unicode_label(label: str) -> bool:
    """A U-label of IDNA 2008 (RFC 5891, RFC 5892)."""
    if label[0] == "-" or label[-1] == "-" or label[2:4] == "--":
        return False
    if unicodedata.normalize("NFC", label) != label:
        return False
    if unicodedata.category(label[0]).startswith("M"):
        return False
    if len(label.encode("punycode")) > 59:
        return False
    return all(_is_allowed(c) for c in label) and _fits_context(label)


def _is_allowed(character: str) -> bool:
    if character in _PVALID or character in _CONTEXTUAL:
        return True
    if _DISALLOWED.match(character):
        return False
    folded = unicodedata.normalize("NFKC", character).casefold()
    stable = unicodedata.normalize("NFKC", folded) == character
    return stable and unicodedata.category(character) in _LETTERS


def _fits_context(label: str) -> bool:
    """The rules of RFC 5892, appendix A, for characters that depend on others."""
    digits = re.search("[\u0660-\u0669]", label) and re.search("[\u06f0-\u06f9]", label)
    return not digits and all(
        _fits(label[:i], c, label[i + 1 :])
        for i, c in enumerate(label)
        if c in _CONTEXTUAL
    )


def _fits(before: str, character: str, after: str) -> bool:
    match character:
        case "\xb7":
            return before[-1:] == "l" and after[:1] == "l"
        case "\u0375":
            return _is_of(after[:1], "GREEK")
        case "\u05f3" | "\u05f4":
            return _is_of(before[-1:], "HEBREW")
        case "\u30fb":
            return any(
                _is_of(c, "HIRAGANA", "KATAKANA LETTER", "CJK") for c in before + after
            )
        case _:
            virama = before != "" and unicodedata.combining(before[-1]) == 9
            return virama or (character == "\u200c" and _joins(before, after))


def _is_of(character: str, *scripts: str) -> bool:
    return character != "" and unicodedata.name(character, "").startswith(scripts)


def _joins(before: str, after: str) -> bool:
    """Whether the letters around would join but for what stands between them."""
    left = [c for c in before if unicodedata.category(c) not in ("Mn", "Cf")][-1:]
    right = [c for c in after if unicodedata.category(c) not in ("Mn", "Cf")][:1]
    return all(
        unicodedata.bidirectional(c) == "AL" and unicodedata.category(c) == "Lo"
        for c in (*left, *right)
    ) and bool(left and right and not _RIGHT_JOINING.match(left[0]))


def _is_bidi_sound(labels: list[str]) -> bool:
    """The Bidi rule (RFC 5893, section 2), for all labels as soon as it is for one."""
    kinds = [[unicodedata.bidirectional(c) for c in label] for label in labels]
    if not any(kind in ("R", "AL", "AN") for label in kinds for kind in label):
        return True
    return all(map(_is_bidi_sound_label, kinds))


def _is_bidi_sound_label(kinds: list[str]) -> bool:
    last = [kind for kind in kinds if kind != "NSM"][-1:]
    neutral = {"EN", "ES", "CS", "ET", "ON", "BN", "NSM"}
    if kinds[0] == "L":
        return last in (["L"], ["EN"]) and neutral | {"L"} >= set(kinds)
    if kinds[0] in ("R", "AL"):
        return (
            last in (["R"], ["AL"], ["EN"], ["AN"])
            and neutral | {"R", "AL", "AN"} >= set(kinds)
            and not {"EN", "AN"} <= set(kinds)
        )
    return False


_DOTS = re.compile(r"[.\u3002\uff0e\uff61]")


def valid_idn_hostname(text: str) -> bool:
    """A host name of RFC 5890: ASCII and Unicode labels."""
    labels = [_unicode_label(label) for label in _DOTS.split(text)]
    known = [label for label in labels if label]
    if len(known) < len(labels) or not _is_bidi_sound(known):
        return False
    octets = [
        len(label) if label.isascii() else 4 + len(label.encode("punycode"))
        for label in known
    ]
    return sum(octets) + len(octets) - 1 <= 253


def _unicode_label(label: str) -> str | None:
    """The label in Unicode; None where it is none."""
    if label.isascii():
        decoded = _decoded(label) if label[:4].lower() == "xn--" else label
        return decoded if _valid_ascii_label(label) else None
    return label if _valid_unicode_label(label) else None


_REGEX_ESCAPE = (
    r"\\(?:[dDwWsSfnrtv^$\\.*+?()\[\]{}|/]|c[A-Za-z]|0(?![0-9])|x[0-9A-Fa-f]{2}"
    r"|u[0-9A-Fa-f]{4}|u\{0*(?:10|[0-9A-Fa-f])?[0-9A-Fa-f]{1,4}\}|[pP]\{[\w=]+\})"
)
_REGEX_MEMBER = re.compile(r"[^\]\\]|\\[b-]|" + _REGEX_ESCAPE, re.DOTALL)
_REGEX_TOKEN = re.compile(
    r"(?P<class>\[\^?)"
    r"|(?P<open>\((?:\?(?::|(?P<look><?[=!])|<(?P<name>[^\W\d][\w$]*)>)|(?!\?)))"
    r"|(?P<close>\))"
    r"|(?P<edge>[\^$|]|\\[bB])"
    r"|(?P<count>(?:[*+?]|\{(?P<least>[0-9]+)(?:,(?P<most>[0-9]*))?\})\??)"
    r"|(?P<back>\\(?:(?P<number>[1-9][0-9]*)|k<(?P<reference>[^>]*)>))"
    r"|[^\\^$*+?()\[\]{}|]|" + _REGEX_ESCAPE,
    re.DOTALL,
)


def valid_regex(text: str) -> bool:
    """A regular expression of ECMA-262, with the flag u."""
    at, can_repeat, opened = 0, False, list[bool]()
    groups, numbers = 0, [0]
    names, references = list[str](), set[str]()
    while at < len(text):
        token = _REGEX_TOKEN.match(text, at)
        if token is None or (token["count"] and not (can_repeat and _in_order(token))):
            return False
        at, can_repeat = token.end(), not (
            token["open"] or token["edge"] or token["count"]
        )
        if token["class"]:
            at = _class_end(text, at)
        elif token["open"]:
            opened.append(not token["look"])
            groups += token["open"] == "(" or token["name"] is not None
            names += [token["name"]] if token["name"] else []
        elif token["close"]:
            if not opened:
                return False
            can_repeat = opened.pop()
        elif token["back"]:
            numbers.append(int(token["number"] or 0))
            references |= (
                {token["reference"]} if token["reference"] is not None else set()
            )
        if at < 0:
            return False
    known = set(names)
    return (
        not opened
        and max(numbers) <= groups
        and len(known) == len(names)
        and references <= known
    )


def _in_order(count: re.Match[str]) -> bool:
    return not count["most"] or int(count["least"]) <= int(count["most"])


def _class_end(text: str, at: int) -> int:
    """Where a class ends, which begins before `at`; -1 where it is none."""
    low = ""
    while not text.startswith("]", at):
        member = _REGEX_MEMBER.match(text, at)
        if member is None:
            return -1
        at, high = member.end(), member[0]
        if low and low[0] != "\\" and high[0] != "\\" and low > high:
            return -1
        low = ""
        if text.startswith("-", at) and not text.startswith("-]", at):
            at, low = at + 1, high
    return at + 1


_BASE64 = re.compile("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def valid_byte(text: str) -> bool:
    """Base64 of RFC 4648, section 4."""
    return _BASE64.fullmatch(text) is not None


_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def valid_decimal(text: str) -> bool:
    """A decimal number as text."""
    return _DECIMAL.fullmatch(text) is not None


ASSERTED_PATTERN = re.compile(r"^bytes_")
ASSERTED_PATTERN_02479b = re.compile(r"^host_")
ASSERTED_PATTERN_03f424 = re.compile(r"^time_")
ASSERTED_PATTERN_0f78e8 = re.compile(r"^date_")
ASSERTED_PATTERN_13b8e0 = re.compile(r"^wide_host_")
ASSERTED_PATTERN_19fe02 = re.compile(r"^pointer_")
ASSERTED_PATTERN_1f2c4e = re.compile(r"^span_")
ASSERTED_PATTERN_34113f = re.compile(r"^address_")
ASSERTED_PATTERN_3ed2da = re.compile(r"^step_")
ASSERTED_PATTERN_4d0c4e = re.compile(r"^path_")
ASSERTED_PATTERN_5355a1 = re.compile(r"^wide_path_")
ASSERTED_PATTERN_6bb955 = re.compile(r"^wide_mail_")
ASSERTED_PATTERN_7dc0b6 = re.compile(r"^link_")
ASSERTED_PATTERN_946719 = re.compile(r"^long_address_")
ASSERTED_PATTERN_b16bad = re.compile(r"^pattern_")
ASSERTED_PATTERN_b33688 = re.compile(r"^template_")
ASSERTED_PATTERN_bd8b1e = re.compile(r"^wide_link_")
ASSERTED_PATTERN_be945e = re.compile(r"^id_")
ASSERTED_PATTERN_c09f9e = re.compile(r"^moment_")
ASSERTED_PATTERN_cb6674 = re.compile(r"^exact_")
ASSERTED_PATTERN_eea189 = re.compile(r"^mail_")
CHOICE_NOT_VALUES = frozen_values([[1, {"a": None}], {"b": True}])


# From spec.yaml#/properties/variant
def check_variant(value: Json, at: At, errors: list[Error]) -> None:
    matches = 0
    if not isinstance(value, dict) or "a" in value:
        matches += 1
    if not isinstance(value, dict) or "b" in value:
        matches += 1
    if not isinstance(value, dict) or len(value) >= 3:
        matches += 1
    if matches != 1:
        errors.append((at, "one_of", "exactly one of 3 alternatives", value))


# From spec.yaml#/properties/alike
def check_alike(value: Json, at: At, errors: list[Error]) -> None:
    if not isinstance(value, list) or has_unique_items(value):
        errors.append((at, "not", "a value that the schema under `not` refuses", value))


# From spec.yaml#/properties/whole
def check_whole(value: Json, at: At, errors: list[Error]) -> None:
    if is_json_integer(value):
        errors.append((at, "not", "a value that the schema under `not` refuses", value))


# From spec.yaml#/properties/numbers
def check_numbers(value: Json, at: At, errors: list[Error]) -> None:
    if not is_json_number(value) or is_multiple_of(value, 3, 1):
        errors.append((at, "not", "a value that the schema under `not` refuses", value))


# From spec.yaml#/properties/choice
def check_choice(value: Json, at: At, errors: list[Error]) -> None:
    if equals_any(value, CHOICE_NOT_VALUES):
        errors.append((at, "not", "a value that the schema under `not` refuses", value))


# From spec.yaml#/properties/asserted
def check_asserted(value: Json, at: At, errors: list[Error]) -> None:
    if not isinstance(value, dict):
        errors.append((at, "type", "an object", value))
        return
    for key, item in value.items():
        if (
            ASSERTED_PATTERN.search(key)
            and isinstance(item, str)
            and not valid_byte(item)
        ):
            errors.append(((at, key), "format", "a string of the format byte", item))
        if (
            ASSERTED_PATTERN_0f78e8.search(key)
            and isinstance(item, str)
            and not valid_date(item)
        ):
            errors.append(((at, key), "format", "a string of the format date", item))
        if (
            ASSERTED_PATTERN_c09f9e.search(key)
            and isinstance(item, str)
            and not valid_date_time(item)
        ):
            errors.append(
                ((at, key), "format", "a string of the format date-time", item)
            )
        if (
            ASSERTED_PATTERN_cb6674.search(key)
            and isinstance(item, str)
            and not valid_decimal(item)
        ):
            errors.append(((at, key), "format", "a string of the format decimal", item))
        if (
            ASSERTED_PATTERN_1f2c4e.search(key)
            and isinstance(item, str)
            and not valid_duration(item)
        ):
            errors.append(
                ((at, key), "format", "a string of the format duration", item)
            )
        if (
            ASSERTED_PATTERN_eea189.search(key)
            and isinstance(item, str)
            and not valid_email(item)
        ):
            errors.append(((at, key), "format", "a string of the format email", item))
        if (
            ASSERTED_PATTERN_02479b.search(key)
            and isinstance(item, str)
            and not valid_hostname(item)
        ):
            errors.append(
                ((at, key), "format", "a string of the format hostname", item)
            )
        if (
            ASSERTED_PATTERN_6bb955.search(key)
            and isinstance(item, str)
            and not valid_idn_email(item)
        ):
            errors.append(
                ((at, key), "format", "a string of the format idn-email", item)
            )
        if (
            ASSERTED_PATTERN_13b8e0.search(key)
            and isinstance(item, str)
            and not valid_idn_hostname(item)
        ):
            errors.append(
                ((at, key), "format", "a string of the format idn-hostname", item)
            )
        if (
            ASSERTED_PATTERN_34113f.search(key)
            and isinstance(item, str)
            and not valid_ipv4(item)
        ):
            errors.append(((at, key), "format", "a string of the format ipv4", item))
        if (
            ASSERTED_PATTERN_946719.search(key)
            and isinstance(item, str)
            and not valid_ipv6(item)
        ):
            errors.append(((at, key), "format", "a string of the format ipv6", item))
        if (
            ASSERTED_PATTERN_bd8b1e.search(key)
            and isinstance(item, str)
            and not valid_iri(item)
        ):
            errors.append(((at, key), "format", "a string of the format iri", item))
        if (
            ASSERTED_PATTERN_5355a1.search(key)
            and isinstance(item, str)
            and not valid_iri_reference(item)
        ):
            errors.append(
                ((at, key), "format", "a string of the format iri-reference", item)
            )
        if (
            ASSERTED_PATTERN_19fe02.search(key)
            and isinstance(item, str)
            and not valid_json_pointer(item)
        ):
            errors.append(
                ((at, key), "format", "a string of the format json-pointer", item)
            )
        if (
            ASSERTED_PATTERN_b16bad.search(key)
            and isinstance(item, str)
            and not valid_regex(item)
        ):
            errors.append(((at, key), "format", "a string of the format regex", item))
        if (
            ASSERTED_PATTERN_3ed2da.search(key)
            and isinstance(item, str)
            and not valid_relative_json_pointer(item)
        ):
            errors.append(
                (
                    (at, key),
                    "format",
                    "a string of the format relative-json-pointer",
                    item,
                )
            )
        if (
            ASSERTED_PATTERN_03f424.search(key)
            and isinstance(item, str)
            and not valid_time(item)
        ):
            errors.append(((at, key), "format", "a string of the format time", item))
        if (
            ASSERTED_PATTERN_7dc0b6.search(key)
            and isinstance(item, str)
            and not valid_uri(item)
        ):
            errors.append(((at, key), "format", "a string of the format uri", item))
        if (
            ASSERTED_PATTERN_4d0c4e.search(key)
            and isinstance(item, str)
            and not valid_uri_reference(item)
        ):
            errors.append(
                ((at, key), "format", "a string of the format uri-reference", item)
            )
        if (
            ASSERTED_PATTERN_b33688.search(key)
            and isinstance(item, str)
            and not valid_uri_template(item)
        ):
            errors.append(
                ((at, key), "format", "a string of the format uri-template", item)
            )
        if (
            ASSERTED_PATTERN_be945e.search(key)
            and isinstance(item, str)
            and not valid_uuid(item)
        ):
            errors.append(((at, key), "format", "a string of the format uuid", item))
