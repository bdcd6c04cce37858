"""National language tables: the data, and the choice."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgate import text
from smsgate.text.national import alphabet, choices

_DATA = json.loads((Path(__file__).parent / "national_tables.json").read_text())["tables"]
TABLES: dict[str | None, dict[str, dict[int, str]]] = {
    None if identifier == "0" else language["name"]: {
        kind: {int(code, 16): chr(int(point, 16)) for code, point in language[kind].items()}
        for kind in ("locking", "single")
        if kind in language
    }
    for identifier, language in _DATA.items()
}
LOCKINGS = [name for name in TABLES if "locking" in TABLES[name]]
CHOICES = [text.Tables(locking, single) for locking in LOCKINGS for single in TABLES]
# Capacities alone and joined, by the number of tables in the header (TS 23.038, 6.2.1.2, and TS 23.040, 9.2.3.24).
CAPACITIES = {
    8: {0: (160, 153), 1: (155, 149), 2: (152, 146)},
    16: {0: (160, 152), 1: (155, 148), 2: (152, 145)},
}


def sizes(message: str, tables: text.Tables) -> list[int] | None:
    ones = set(TABLES[tables.locking]["locking"].values())
    twos = set(TABLES[tables.single]["single"].values())
    if not set(message) <= ones | twos:
        return None
    return [1 if c in ones else 2 for c in message]


def segments(sized: list[int], shifts: int, bits: int) -> tuple[int, ...]:
    alone, joined = CAPACITIES[bits][shifts]
    if sum(sized) <= alone:
        return (sum(sized),)
    found = [0]
    for size in sized:
        if found[-1] + size > joined:
            found.append(0)
        found[-1] += size
    return tuple(found)


def cheapest(message: str, bits: int) -> tuple[int, int, int] | None:
    """Try all choices; return segments, tables in the header and septets of the best."""
    costs = []
    for tables in CHOICES:
        sized = sizes(message, tables)
        if sized is not None:
            costs.append((len(segments(sized, tables.shifts, bits)), tables.shifts, sum(sized)))
    return min(costs, default=None)


def test_there_are_thirteen_languages_in_the_order_of_their_identifiers() -> None:
    assert [None, *text.LANGUAGES] == list(TABLES)


@pytest.mark.parametrize("tables", CHOICES, ids=lambda tables: f"{tables.locking}-{tables.single}")
def test_every_table_is_encoded_and_decoded_as_the_standard_prints_it(tables: text.Tables) -> None:
    locking, single = TABLES[tables.locking]["locking"], TABLES[tables.single]["single"]
    codes = {character: bytes([0x1B, code]) for code, character in sorted(single.items(), reverse=True)}
    codes |= {character: bytes([code]) for code, character in sorted(locking.items(), reverse=True)}
    assert {character: text.encode(character, tables=tables) for character in codes} == codes
    assert text.encode("".join(codes), tables=tables) == b"".join(codes.values())
    assert alphabet(tables).characters == set(codes)
    for code in set(range(0x80)) - {0x1B}:
        plain = locking.get(code, " ")
        assert text.decode(bytes([code]), tables=tables) == plain
        assert text.decode(bytes([0x1B, code]), tables=tables) == single.get(code, plain)


pools = st.sampled_from(["turkish", "spanish", "portuguese", "hindi", "urdu", "tamil", "kannada", None])
letters = pools.flatmap(
    lambda name: st.sampled_from(sorted({*TABLES[name].get("locking", {}).values(), *TABLES[name]["single"].values()}))
)
runs = st.tuples(letters, st.sampled_from([1, 2, 3, 20, 72, 73, 74, 75, 76, 77, 78, 144, 145, 146, 148, 149, 150, 154]))
national_texts = st.lists(runs.map(lambda run: run[0] * run[1]), max_size=5).map("".join)


@settings(max_examples=60)
@given(national_texts, st.sampled_from([8, 16]))
def test_auto_finds_what_trying_all_choices_finds(message: str, bits: int) -> None:
    analysis = text.analyse(message, reference_bits=bits, national="auto")
    best = cheapest(message, bits)
    if best is None:
        assert (analysis.encoding, analysis.tables) == (text.Encoding.UCS2, None)
        return
    shifts = analysis.tables.shifts if analysis.tables else 0
    assert (analysis.segments, shifts, analysis.units) == best
    sized = sizes(message, analysis.tables or text.Tables())
    assert sized is not None
    assert analysis.segment_units == segments(sized, shifts, bits)
    assert "".join(text.split(message, reference_bits=bits, national="auto")) == message


@given(national_texts)
def test_auto_is_never_dearer_than_doing_without(message: str) -> None:
    assert text.analyse(message, national="auto").segments <= text.analyse(message).segments


@pytest.mark.parametrize(
    ("message", "tables"),
    [
        ("Günaydın, şeker gönderdim, çok iyi ğ", text.Tables(locking="turkish")),
        ("¿Estás ahí, Íñigo?", text.Tables(single="spanish")),
        ("Não, são irmãos; às três é cedo", text.Tables(locking="portuguese")),
        ("नमस्ते", text.Tables(locking="hindi")),
        ("Your code is 4711", None),
    ],
)
def test_auto_finds_the_tables_of_a_language(message: str, tables: text.Tables | None) -> None:
    analysis = text.analyse(message, national="auto")
    assert (analysis.encoding, analysis.tables) == (text.Encoding.GSM7, tables)


def test_the_cost_of_the_header_is_counted() -> None:
    assert text.analyse("ş" + "a" * 154, national="turkish").segments == 1
    assert text.analyse("ş" + "a" * 155, national="turkish").segment_units == (149, 7)
    assert text.analyse("a" * 160, national="turkish").tables is None


def test_tables_are_taken_where_they_are_cheaper_than_the_default_alphabet() -> None:
    assert text.analyse("€" * 100).segments == 2
    analysis = text.analyse("€" * 100, national="auto")
    assert (analysis.segments, analysis.tables) == (1, text.Tables(locking="turkish"))


def test_a_choice_that_looks_cheapest_until_a_pair_is_pushed_over_is_not_taken() -> None:
    message = "a" * 152 + "€" * 8 + "a" * 138  # 306 septets of the default alphabet, but not in two segments
    assert text.analyse(message).segments == 3
    analysis = text.analyse(message, national="turkish")
    assert (analysis.segment_units, analysis.tables) == ((149, 149), text.Tables(locking="turkish"))


def test_only_the_languages_that_are_allowed_are_taken() -> None:
    assert text.analyse("ş", national="spanish").encoding is text.Encoding.UCS2
    assert text.analyse("şá", national=["spanish", "turkish"]).tables == text.Tables("turkish", "spanish")
    assert text.analyse("şá", national="turkish").encoding is text.Encoding.UCS2


def test_exact_tables_are_taken_as_they_are() -> None:
    tables = text.Tables(single="turkish")
    analysis = text.analyse("ş", national=tables)
    assert (analysis.tables, analysis.units) == (tables, 2)
    assert text.analyse("a" * 156, national=tables).segments == 2


@pytest.mark.parametrize(
    ("national", "said"),
    [
        ("klingon", "unknown national language 'klingon' .there are: auto, bengali"),
        (["turkish", "klingon"], "unknown national language 'klingon'"),
        (text.Tables(locking="spanish"), "no locking table for 'spanish' .there are: bengali"),
        (text.Tables(single="klingon"), "no single shift table for 'klingon'"),
    ],
)
def test_an_unknown_language_is_refused_by_name(national: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        text.analyse("a", national=national)  # type: ignore[arg-type]


def test_with_national_tables_only_what_no_table_has_offends() -> None:
    assert text.analyse("ş中", national="turkish").offenders == (text.Offender(1, "中"),)
    assert text.analyse("şá", national="turkish").offenders == (text.Offender(1, "á"),)
    # Each is in a table, but a message has only one locking and one single shift table.
    assert text.analyse("şनকక", national="auto").offenders == tuple(
        text.Offender(index, c) for index, c in enumerate("şनকక")
    )


def test_auto_allows_every_choice_there_is() -> None:
    assert set(choices("auto")) == set(itertools.starmap(text.Tables, itertools.product(LOCKINGS, TABLES)))
    assert len(choices("auto")) == 182
