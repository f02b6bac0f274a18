"""The names of an SDK's classes are told apart by rules that depend on nothing but who wants which name."""

from __future__ import annotations

import pytest

from specmill import names
from specmill.frontend.classes.naming import ENUM, PARENT, UNION, Rules, Wish, class_words, settle
from specmill.ir import Group

RULES = Rules({Group.COMPONENT: "models"})


def wish(id: str, kind: str, *levels: str, parent: str = "", fixed: bool = False) -> Wish:
    words = tuple((PARENT, level[1:]) if level.startswith("^") else (level,) for level in levels)
    return Wish(id, kind, "models", words, parent, fixed)


def settled(*wishes: Wish, in_order: bool = False) -> list[str]:
    found = settle(wishes, Rules(RULES.folders, in_order))
    return [names.pascal(found[one.id]) for one in wishes]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("document-config", "DocumentConfig"),
        ("ImageURLChunk", "ImageURLChunk"),
        ("AND", "And"),
        ("ID of THIS", "IdOfThis"),
        ("ModerationLLMV1Config", "ModerationLlmv1Config"),
    ],
)
def test_a_class_is_named_by_its_words(text: str, name: str) -> None:
    assert names.pascal(class_words(text)) == name


def test_one_alone_has_the_shortest_name() -> None:
    assert settled(wish("a", "", "Loc", "ErrorLoc")) == ["Loc"]


def test_all_that_want_one_name_say_more() -> None:
    assert settled(wish("a", UNION, "Stop", "AskStop"), wish("b", UNION, "Stop", "StreamStop")) == ["AskStop", "StreamStop"]


def test_case_tells_no_two_apart() -> None:
    named, inline = wish("a", "", "ImageURL", fixed=True), wish("b", UNION, "ImageUrl", "ChunkImageUrl")
    assert settled(named, inline) == ["ImageURL", "ImageUrlUnion"]


def test_a_named_union_stays_as_it_is_and_its_variants_say_what_they_are() -> None:
    assert settled(wish("a", "", "Store", "StoreLocal"), wish("b", UNION, "Store", fixed=True)) == ["StoreLocal", "Store"]


def test_an_enum_says_so_even_where_it_is_named_and_a_class_says_where_it_stands() -> None:
    named = wish("a", ENUM, "Result", fixed=True)
    assert settled(named, wish("b", "", "Result", "CheckResult")) == ["ResultEnum", "CheckResult"]
    assert settled(named, wish("b", UNION, "Result", "CheckResult")) == ["ResultEnum", "Result"]


def test_a_constant_takes_a_name_from_others_without_one_of_its_own() -> None:
    assert settled(wish("a", "Literal", "Type", "CatType"), wish("b", ENUM, "Type", "FieldType"))[1] == "TypeEnum"


def test_the_kind_is_not_said_where_the_place_is() -> None:
    wishes = [wish(f"{n}{kind}", kind, "Source", f"{n}Source", f"{n}SourceText") for n in ("Doc", "Event") for kind in (UNION, "")]
    assert settled(*wishes) == ["DocSourceUnion", "DocSource", "EventSourceUnion", "EventSource"]


def test_the_class_around_is_said_where_the_root_is_not_enough() -> None:
    outer = wish("a", "", "Embedded", "ListEmbedded")
    client = wish("c", "", "Client", "ListClient")
    inner = wish("b", "", "Embedded", "ListEmbedded", "^Embedded", parent="c")
    assert settled(outer, client, inner) == ["ListEmbedded", "Client", "ClientEmbedded"]


def test_the_shortest_name_is_taken_back_where_all_others_went_on() -> None:
    inner, outer = wish("a", UNION, "Response", "GetResponse"), wish("b", UNION, "Response", "GetResponse")
    assert settled(inner, outer) == ["Response", "GetResponse"]


def test_what_cannot_be_told_apart_is_numbered() -> None:
    inputs = wish("c", "", "Inputs", fixed=True)
    assert settled(wish("a", UNION, "Inputs", "ChatInputs"), wish("b", UNION, "Inputs", "ChatInputs"), inputs) == [
        "ChatInputs1",
        "ChatInputs2",
        "Inputs",
    ]


def test_in_order_the_first_has_the_name() -> None:
    wishes = [wish(id, "", "Billing", "GetBilling") for id in "abcd"]
    assert settled(*wishes, in_order=True) == ["Billing", "GetBilling", "GetBilling1", "GetBilling2"]
