"""The TypeScript pages are those of the SDK that they describe, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from python_package import flat
from session_package import session_package

from specmill import config, ir
from specmill.diagnostics import Report
from specmill.names import words
from specmill.output.render import Renderer
from specmill.targets import markdown
from specmill.targets.markdown import fakes
from specmill.targets.markdown.dprint import Atom, Fields, Items, declaration, import_line
from specmill.targets.markdown.random_stream import Stream, mersenne_twister, name_hash
from specmill.targets.markdown.table import display_width, padded
from specmill.targets.markdown.typescript import OPTIONAL, REQUIRED

SEED = Path(__file__).parents[2] / "shared" / "seed"
PAGES = sorted(path.name for path in SEED.glob("*.md")) if SEED.is_dir() else []


def drawn(description: object, /, **options: object) -> dict[str, str]:
    """Path → text of all pages."""
    target = config.target("markdown", Path("docs"), **options)
    report = Report()
    files = [Renderer().render(page) for page in flat(markdown.pages(description, target, report))]  # type: ignore[arg-type]
    assert not report.errors
    return {file.path: file.text for file in files}


@pytest.fixture(scope="module")
def session_pages() -> dict[str, str]:
    return drawn(session_package(), language="typescript", package="@orq-ai/node")


@pytest.mark.skipif(not PAGES, reason="the real pages are not beside this checkout (../shared/seed)")
@pytest.mark.parametrize("name", PAGES)
def test_a_real_page_follows_from_the_description(name: str, session_pages: dict[str, str]) -> None:
    assert session_pages[f"models/operations/{name}"] == (SEED / name).read_bytes().decode()


def test_a_real_page_is_made_from_the_committed_spec_too() -> None:
    """What stands in generated/ is the same text, whether the real pages are beside this checkout or not."""
    folder = Path(__file__).parent.parent / "generated/docs/typescript"
    made = drawn(session_package(), language="typescript", package="@orq-ai/node")
    same = [path for path in made if path.startswith("models/operations/getsession")]
    assert len(same) == 4
    for path in same:
        assert made[path] == (folder / path).read_bytes().decode()


# ---- the random stream ------------------------------------------------------------------------------------------------------------


def test_a_name_is_hashed_as_java_does() -> None:
    assert name_hash("") == 0
    assert name_hash("hello") == 99162322
    assert name_hash("\U0001f600") == 0xD83D * 31 + 0xDE00


def test_the_generator_is_the_reference_one() -> None:
    generator = mersenne_twister(5489)  # the seed of the reference implementation's own test vector
    assert [generator.getrandbits(32) for _ in range(3)] == [3499211612, 581869302, 3890346734]


def test_draws_are_those_of_real_pages() -> None:
    assert Stream("DeleteDatasetV1ObservabilityDatasetsDatasetIdDeleteRequest").uuid() == "48e02194-a624-4471-acdc-27712191e406"
    moment = Stream("ChatCompletionEventPreview").date_time(2026)
    assert moment.isoformat(timespec="milliseconds") == "2025-11-23T22:21:05.827+00:00"


def test_one_choice_costs_no_draw() -> None:
    one, other = Stream("Pet"), Stream("Pet")
    one.choice(("only",))
    assert one.below(1000) == other.below(1000)


def test_fakes_are_those_of_the_reference_implementation() -> None:
    stream = Stream("A")  # all of one stream, in this order
    assert fakes.email(stream) == "Alexandrea16@gmail.com"
    assert fakes.user_name(stream) == "Oleta.Feil50"
    assert fakes.display_name(stream) == "Kellie16"
    assert fakes.url(stream) == "https://electric-breastplate.net"
    assert fakes.pick("car", stream) == "Accord"
    assert fakes.sentence(stream) == "off whereas boo past before unlike"
    assert fakes.pick("folder", stream) == "/usr"
    assert fakes.sentence(Stream("ConnectorTool")) == "naturally usher immaculate deck yet wicked dampen gadzooks yuck stay"
    assert fakes.url(Stream("GetSignedUrlResponse")) == "https://extroverted-halt.net/"


# ---- layout -----------------------------------------------------------------------------------------------------------------------


def test_a_value_that_fits_stays_on_its_line() -> None:
    assert declaration("let", "Pet", Fields(())) == "let value: Pet = {};"
    assert declaration("let", "Pet", Items((Atom("1"),))) == "let value: Pet = [\n  1,\n];"


def test_a_long_string_stands_on_a_line_of_its_own() -> None:
    text = Atom('"' + "x" * 70 + '"')
    assert declaration("let", "Pet", Fields((("name", text),))) == f"let value: Pet = {{\n  name:\n    {text.text},\n}};"
    assert declaration("let", "Pet", Fields((("n", text),))) == f"let value: Pet = {{\n  n: {text.text},\n}};"


def test_a_long_head_is_broken_in_three_ways() -> None:
    value = Fields((("id", Atom('"<id>"')),))
    body = '  id: "<id>",\n'
    assert declaration("let", "T" * 65, value) == f"let value: {'T' * 65} = {{\n{body}}};"
    assert declaration("let", "T" * 67, value) == f"let value: {'T' * 67} =\n  {{\n  {body}  }};"
    assert declaration("let", "T" * 74, value) == f"let value:\n  {'T' * 74} = {{\n  {body}  }};"
    assert declaration("let", "T" * 75, value) == f"let value:\n  {'T' * 75} =\n    {{\n    {body}    }};"
    assert declaration("let", "T" * 60, Atom('"a value"')) == f'let value: {"T" * 60} =\n  "a value";'


def test_a_very_long_name_is_imported_on_a_line_of_its_own() -> None:
    assert import_line("Pet", "sdk/models") == 'import { Pet } from "sdk/models";'
    assert import_line("P" * 83, "sdk") == f'import {{\n  {"P" * 83},\n}} from "sdk";'


def test_width_is_that_of_a_terminal() -> None:
    assert [display_width(text) for text in ("abc", "中文", "e\u0301", "\u26a0", "\u26a0\ufe0f", "a\nb")] == [3, 4, 1, 1, 2, 3]
    text = padded(["Field", "B"], [[("a\n|", "a<br/>\\|"), ("x", "x")]]).text
    assert text == "| Field | B     |\n| ----- | ----- |\n| a<br/>\\| | x     |"


# ---- rules ------------------------------------------------------------------------------------------------------------------------

STRING = ir.Scalar(ir.Kind.STRING)


def record(name: str, *fields: ir.Field, **more: object) -> ir.Record:
    return ir.Record(f"s#/components/schemas/{name}", (name,), fields, **more)  # type: ignore[arg-type]


def prop(name: str, type_: ir.Type = STRING, *, required: bool = False, **more: object) -> ir.Field:
    return ir.Field(words(name), name, type_, required, **more)  # type: ignore[arg-type]


def package(*models: ir.Model, sent: ir.Model | None = None, received: ir.Model | None = None) -> ir.Package:
    bodies = (ir.Body("application/json", ir.Ref(sent.id)),) if sent else ()
    answer = ir.Response("200", "Fine", (ir.Body("application/json", ir.Ref(received.id)),) if received else ())
    operations = (ir.Operation("Op", ("Op",), "post", "/", bodies=bodies, responses=(answer,)),) if sent or received else ()
    return ir.Package("T", "1", None, {model.id: model for model in models}, operations)


def rows(page: str) -> dict[str, list[str]]:
    lines = [line for line in page.split("\n") if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.replace("\\|", "\0").strip("|").split("|")] for line in lines[2:]]
    return {row[0]: row[1:] for row in cells}


def page_of(description: ir.Package, model: ir.Model, **options: object) -> str:
    folder = {"components": "models/components", "operations": "models/operations", "errors": "models/errors"}[model.group.value]
    return drawn(description, language="typescript", package="sdk", **options)[f"{folder}/{model.name[0].lower()}.md"]


def test_properties_are_named_by_their_words() -> None:
    pet = record("Pet", *(prop(name) for name in ("_id", "contact_ids", "maxFileSizeMB", "__template_objectACL", "AND")))
    assert list(rows(page_of(package(pet), pet))) == ["`id`", "`contactIds`", "`maxFileSizeMB`", "`templateObjectACL`", "`and`"]


def test_a_class_that_would_hide_a_global_gets_a_t() -> None:
    function = record("Function")
    assert "models/components/functiont.md" in drawn(package(function), language="typescript")


def test_a_default_makes_a_required_property_optional() -> None:
    pet = record(
        "Pet",
        prop("a", required=True),
        prop("b", required=True, default="x"),
        prop("c", ir.Nullable(STRING), required=True, default=None),
        prop("d", ir.ListOf(STRING), required=True, default=[]),
        prop("e"),
    )
    marks = [row[1] for row in rows(page_of(package(pet), pet)).values()]
    assert marks == [REQUIRED, OPTIONAL, REQUIRED, REQUIRED, OPTIONAL]


def union(*variants: ir.Record, tag: str | None) -> ir.Union:
    chooser = ir.Discriminator(tag, tuple((one.name[0], at) for at, one in enumerate(variants))) if tag else None
    return ir.Union("s#/components/schemas/Any", ("Any",), tuple(ir.Ref(one.id) for one in variants), chooser)


def test_a_tag_counts_as_required_unless_the_class_is_used_outside_of_its_union() -> None:
    cat, dog = (record(name, prop("kind", ir.Literal((name,)), default=name)) for name in ("Cat", "Dog"))
    pet = union(cat, dog, tag="kind")
    holder = record("Holder", prop("pet", ir.Ref(pet.id)), prop("dog", ir.Ref(dog.id)))
    description = package(holder, pet, cat, dog, sent=holder)
    assert rows(page_of(description, cat))["`kind`"][1] == REQUIRED
    assert rows(page_of(description, dog))["`kind`"][1] == OPTIONAL


def test_members_of_a_union_stand_in_the_order_of_the_mapping() -> None:
    cat, dog = record("Cat"), record("Dog")
    pet = union(cat, dog, tag="kind")
    assert pet.discriminator is not None
    turned = replace(pet, discriminator=replace(pet.discriminator, mapping=(("d", 1), ("c", 0), ("e", 1))))
    heads = [line for line in page_of(package(turned, cat, dog), turned).split("\n") if line.startswith("###")]
    assert heads == ["### `components.Dog`", "### `components.Cat`"]


def test_what_stands_beside_a_reference_does_not_count() -> None:
    amount = record("Amount", docs=ir.Docs(description="Money"))
    docs = ir.Docs(description="What it costs", examples=("7",))
    pet = record("Pet", prop("a", ir.Ref(amount.id), docs=docs, ref=amount.id), prop("b", ir.Ref(amount.id), docs=docs))
    found = rows(page_of(package(pet, amount), pet))
    assert found["`a`"][2:] == ["Money", ""]
    assert found["`b`"][2:] == ["What it costs", "7"]


def test_what_is_only_read_is_not_part_of_what_is_only_sent() -> None:
    pet = record("Pet", prop("a", read_only=True), prop("b", write_only=True), prop("c", implied=True))
    assert list(rows(page_of(package(pet, sent=pet), pet))) == ["`b`"]
    assert list(rows(page_of(package(pet, received=pet), pet))) == ["`a`"]
    assert list(rows(page_of(package(pet, sent=pet, received=pet), pet))) == ["`a`", "`b`"]


def test_open_enums_are_those_that_may_be_received() -> None:
    mood = ir.Enum("s#/components/schemas/Mood", ("Mood",), ir.Kind.STRING, (ir.Member(("a",), "a"), ir.Member(("b",), 'b"')))
    pet = record("Pet", prop("mood", ir.Ref(mood.id)))
    closed, opened = '\n"a" | "b\\""\n```', '\n"a" | "b\\"" | Unrecognized<string>\n```'
    assert page_of(package(pet, mood, sent=pet), mood, open_enums=True).endswith(closed)
    assert page_of(package(pet, mood, received=pet), mood, open_enums=True).endswith(opened)
    assert page_of(package(pet, mood, received=pet), mood).endswith(closed)
    noted = page_of(package(pet, mood, received=pet), mood, open_enums=True, open_enum_note=True)
    assert "`Unrecognized<string>` branded type.\n\n```" in noted


def test_a_file_that_is_sent_has_a_class_of_its_own() -> None:
    upload = record("Upload", prop("file", ir.Scalar(ir.Kind.BINARY), required=True))
    made = drawn(package(upload, sent=upload), language="typescript", package="sdk")
    assert rows(made["models/components/upload.md"])["`file`"][0].endswith("[components.FileT](../../models/components/filet.md)")
    assert list(rows(made["models/components/filet.md"])) == ["`fileName`", "`content`"]
    assert "// No examples available for this model" in made["models/components/upload.md"]
    form = record("Form", prop("upload", ir.Ref(upload.id), required=True))
    assert "// No examples available for this model" in page_of(package(upload, form, sent=form), form)


def test_a_date_brings_its_class_and_page() -> None:
    pet = record("Pet", prop("born", ir.Scalar(ir.Kind.DATE), required=True))
    made = drawn(package(pet), language="typescript", package="sdk", components_path="models")
    assert "[RFCDate](../types/rfcdate.md)" in made["models/pet.md"]
    assert 'import { RFCDate } from "sdk/types";' in made["models/pet.md"]
    assert made["types/rfcdate.md"].startswith("# RFCDate\n")


def test_optional_properties_with_an_example_are_shown_on_demand() -> None:
    inner = record("Inner", prop("name", docs=ir.Docs(examples=("Rex",))))
    pet = record("Pet", prop("inner", ir.Ref(inner.id)), prop("other"), prop("dots", docs=ir.Docs(examples=("...",))))
    assert "let value: Pet = {};" in page_of(package(pet, inner), pet)
    shown = page_of(package(pet, inner), pet, optional_properties="with-example")
    assert 'let value: Pet = {\n  inner: {\n    name: "Rex",\n  },\n};' in shown


def test_a_sample_holds_the_tag_and_leaves_out_what_says_nothing_new() -> None:
    example = ir.Docs(examples=(True,))
    cat = record(
        "Cat",
        prop("kind", ir.Literal(("cat",)), default="cat"),
        prop("tame", ir.Scalar(ir.Kind.BOOLEAN), default=True, docs=example),
        prop("wild", ir.Scalar(ir.Kind.BOOLEAN), default=False, docs=example),
        prop("requestBody", docs=example, location="body"),
    )
    holder = record("Holder", prop("cat", ir.Ref("s#/components/schemas/Any")))
    description = package(holder, union(cat, tag="kind"), cat, sent=holder)
    assert 'let value: Cat = {\n  kind: "cat",\n  wild: true,\n};' in page_of(description, cat, optional_properties="with-example")


def test_an_example_is_written_as_its_type_wants_it() -> None:
    mood = ir.Enum("s#/components/schemas/Mood", ("Mood",), ir.Kind.STRING, (ir.Member(("a",), "a"),))
    cat = record("Cat", prop("kind", ir.Literal(("cat",))), prop("nine_lives"))
    pet = union(cat, tag="kind")
    number, wrong, tagged = (ir.Docs(examples=(value,)) for value in (31208, "z", {"kind": "Cat", "nine_lives": "9"}))
    owner = record(
        "Owner",
        prop("phone", required=True, docs=number),
        prop("mood", ir.Ref(mood.id), required=True, docs=wrong),
        prop("pet", ir.Ref(pet.id), required=True, docs=tagged),
    )
    page = page_of(package(owner, mood, pet, cat), owner)
    assert '  phone: "31208",\n  mood: "a",\n  pet: {\n    kind: "Cat",\n    nineLives: "9",\n  },\n' in page


def test_examples_are_told_as_json_with_a_break_for_every_line() -> None:
    docs = [ir.Docs(examples=(value,)) for value in ({"a": ["<b>"]}, 1.5, None, True)]
    pet = record(
        "Pet", *(prop(f"p{at}", ir.Anything(), docs=one) for at, one in enumerate(docs)), prop("q", docs=ir.Docs(examples=("a|b", "c")))
    )
    told = [row[3].replace("\0", "\\|") for row in rows(page_of(package(pet), pet)).values()]
    first = '{<br/>"a": [<br/>"\\u003cb\\u003e"<br/>]<br/>}'
    assert told == [first, "1.5", "null", "true", "**Example 1:** a\\|b<br/>**Example 2:** c"]


def test_a_recursive_class_has_a_finite_sample() -> None:
    node = record(
        "Node",
        prop("next", ir.Ref("s#/components/schemas/Node"), required=True),
        prop("all", ir.ListOf(ir.Ref("s#/components/schemas/Node")), required=True),
    )
    assert "let value: Node = {\n  next: {},\n  all: [],\n};" in page_of(package(node), node)


def test_deprecated_things_are_struck_through() -> None:
    gone = ir.Docs(description="Old", deprecated=True, deprecation_message="Use cats")
    pet = record("Pet", prop("name", docs=gone), docs=gone)
    page = page_of(package(pet), pet)
    assert page.startswith("# ~~Pet~~\n\nOld\n\n> :warning: **DEPRECATED**: Use cats.\n\n## Example Usage\n")
    assert rows(page)["~~`name`~~"][2] == ": warning: ** DEPRECATED **: Use cats.<br/><br/>Old"


def test_what_is_said_of_deprecated_things_stays_on_its_line() -> None:
    """A fence could not begin behind other words, and its end would begin one."""
    gone = ir.Docs(deprecated=True, deprecation_message="```\n<b>|</b>\n```\nUse cats")
    page = page_of(package(record("Pet", docs=gone)), record("Pet", docs=gone))
    assert "\n> :warning: **DEPRECATED**: ```<br/><b>|</b><br/>```<br/>Use cats.\n\n## Example" in page


def test_raw_html_is_escaped_and_told() -> None:
    pet = record("Pet", docs=ir.Docs(description="<script>x</script> and a<br>b"))
    report = Report()
    target = config.target("markdown", Path("docs"), language="typescript")
    files = [Renderer().render(page) for page in flat(markdown.pages(package(pet), target, report))]
    assert "&lt;script>x&lt;/script> and a<br>b" in files[0].text
    assert [one.code for one in report.diagnostics] == ["raw-html"]
