"""Files of recipients: what is a message, what is not, and why."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smsgate import ConfigError, Message
from smsgate.sending.recipients import RecipientFile, Reject, Row

A, B = "+27821234567", "+27831234567"


def read(path: Path, content: str | bytes, **settings: object) -> list[Row | Reject]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [*RecipientFile(path=path, **settings)]  # type: ignore[arg-type]


@pytest.fixture(name="csv")
def _csv(tmp_path: Path) -> Path:
    return tmp_path / "campaign.csv"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "BOM"])
def test_the_delimiter_is_seen_in_the_header(csv: Path, delimiter: str, mark: str) -> None:
    rows = read(csv, f"{mark}to{delimiter}text\n{A}{delimiter}Olá\n")
    assert rows == [Row(2, Message(A, "Olá"))]


def test_every_field_may_have_a_column(csv: Path) -> None:
    rows = read(
        csv,
        "TO,Text,sender,send_at,key,reference,campaign,route,provider,other\n"
        "082 123 4567,Hi,Shop,2030-01-02T03:04+00:00,k,r,c,sign-in,zoom,x\n",
        region="ZA",
    )
    moment = datetime(2030, 1, 2, 3, 4, tzinfo=UTC)
    assert rows == [
        Row(
            2,
            Message(
                A,
                "Hi",
                sender="Shop",
                send_at=moment,
                key="k",
                reference="r",
                campaign="c",
                route="sign-in",
                provider="zoom",
            ),
        )
    ]


def test_columns_are_mapped_and_templates_filled(csv: Path) -> None:
    rows = read(csv, f"Mobile,Name\n{A},Ann\n{B},\n", columns={"to": "mobile"}, template="Hi {name}, {{ok}}")
    assert rows == [
        Row(2, Message(A, "Hi Ann, {ok}")),
        Reject(3, "has no name, which the template needs", {"Mobile": B, "Name": ""}),
    ]


def test_bad_rows_are_reported_with_their_lines_and_the_good_ones_stay(csv: Path) -> None:
    rows = read(csv, f'to,text\nnope,a\n{A},"two\nlines"\n{A}\n{A},b,c\n\n,d\n{B},\n{B},e\n')
    assert [(row.line, row.reason) if isinstance(row, Reject) else row for row in rows] == [
        (2, "'nope' is not a phone number: it has letters; write it in digits, as +27821234567"),
        Row(3, Message(A, "two\nlines"), lines=2),
        (5, "has 1 fields and the header 2"),
        (6, "has 3 fields and the header 2"),
        (8, "has no number"),
        (9, "a message's text is empty"),
        Row(10, Message(B, "e")),
    ]


def test_another_encoding_is_named(csv: Path) -> None:
    content = f"to,text\n{A},Olá\n{B},Hi\n".encode("cp1252")
    rows = read(csv, content)
    assert rows[1] == Row(3, Message(B, "Hi"))
    assert isinstance(rows[0], Reject)
    assert rows[0].reason == "is not utf-8; name the file's encoding"
    assert read(csv, content, encoding="cp1252")[0] == Row(2, Message(A, "Olá"))


def test_json_lines_are_read(tmp_path: Path) -> None:
    rows = read(
        tmp_path / "c.jsonl",
        f'{{"to": "{A}", "text": "a", "reference": 17, "sender": null}}\n\n[1]\n{{"to"\n{{"to": ["x"]}}\n',
    )
    assert rows == [
        Row(1, Message(A, "a", reference="17")),
        Reject(3, "must be a JSON object whose values are texts", {}),
        Reject(4, "is not JSON", {}),
        Reject(5, "must be a JSON object whose values are texts", {}),
    ]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"columns": {"colour": "x"}}, "unknown field 'colour' of a message"),
        ({"columns": {"to": "mobile"}}, "has no column 'mobile' (there are: to, text)"),
        ({"template": "Hi {name}"}, "has no column 'name'"),
        ({"template": "Hi {name.__class__}"}, "the template has 'name.__class__' in braces"),
        ({"template": "Hi {to!r}"}, "which is not a name alone"),
        ({"template": "Hi {to:>9}"}, "which is not a name alone"),
        ({"template": "Hi {"}, "the template cannot be read"),
        ({"encoding": "klingon"}, "unknown encoding 'klingon'"),
        ({"template": "Hi", "columns": {"text": "text"}}, "text must come from a template or a column, got both"),
    ],
)
def test_what_no_row_could_correct_is_refused_at_once(csv: Path, settings: dict[str, object], told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read(csv, f"to,text\n{A},a\n", **settings)
    assert told in str(raised.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        list(RecipientFile(path=tmp_path / "none.csv"))


def test_an_empty_file_has_no_columns(csv: Path) -> None:
    with pytest.raises(ConfigError, match=r"has no column 'to' \(there are: none\)"):
        read(csv, "")


# Quotes that swallow rows --------------------------------------------------------------------------------------------

C = "+27841234567"
BEN = "Hi Ben your balance is 17"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (f'to,text\n{A},"Hi Ann\n{B},{BEN}\n', "line 2 opens a quote and does not close it: it is still open where"),
        (f'to,text\n{B},{BEN}\n{A},"Hi Ann\n', "line 3 opens a quote and does not close it: it is still open where"),
        (f'to,text\n{A},"Hi Ann', "still open where the file ends"),
        (f'to,text\n{A},"Hi Ann\n{B},"{BEN}"\n', "line 2 opens a quote and does not close it: it runs on to line 3"),
        (f'to,text\n{A},"Hi Ann\n{B},{BEN}\n{C},"\n', "line 3 looks like a row of its own"),
        (f'to,text\n\n{A},"Hi Ann\nThe Shop\n{B},{BEN}\n{C},"\n', "line 3 opens a quote and does not close it: line 5"),
        (f'to,text\r\n{A},"Hi Ann\r\n{B},{BEN}"\r\n', "line 3 looks like a row of its own"),
        (f'to,text\r{A},"Hi Ann\r{B},{BEN}"\r', "line 3 looks like a row of its own"),
        (f'to,text\n{A},"Hi Ann\n082-123-4567,{BEN}"\n', "line 3 looks like a row of its own"),
        (f'to,text\n{A},"Hi Ann\n{B}.0,{BEN}"\n', "line 3 looks like a row of its own"),
        (f'to;text\n{A};"Hi Ann\n{B};{BEN}"\n', "line 3 looks like a row of its own"),
        (f'name,to,text\nAnn,{A},"Hi\nBen,{B},{BEN}\nCarl,{C},"\n', "line 3 looks like a row of its own"),
        (f'text,to\n"Hi Ann,{A}\n{BEN},{B}\n","{C}"\n', "what follows on its line looks like the rest of the row"),
        (f'to,text,key\n{A},"Hi Ann,1\n{B},",2\n', "line 3 looks like a row of its own"),
        (f'to,text,key\n{A},"Hi\nAnn"\n{B},Hi,2\n', "the row runs on to line 3 and has 2 fields and the header 3"),
        (f'"to,text\n{A},Hi"\n', "line 1 opens a quote and does not close it: a header is one line"),
        ('"to,text', "the header cannot be read: unexpected end of data"),
        (
            f'to,text\n{A},"Hi' + "\nAnn" * 100 + '"\n',
            "line 2 opens a quote and does not close it: it runs on to line 101",
        ),
    ],
)
@pytest.mark.parametrize("rest", [0, 3])
def test_a_quote_that_swallows_rows_is_refused_with_its_line(csv: Path, content: str, why: str, rest: int) -> None:
    if "file ends" not in why and "end of data" not in why and "still open" not in why:
        content += f"{B},{BEN}\n" * rest
    with pytest.raises(ConfigError) as raised:
        read(csv, content)
    assert why in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "Hi Ann,\nwe open at 9, come by",
        "Call us:\n+27 82 123 4567",
        "Party:\n2024-12-24, 18:00",
        "Bring:\n24.12.2024, 18:00 and ID",
        "one\r\ntwo\n\nthree",
        'say ""hi""\n',
    ],
)
@pytest.mark.parametrize("order", ["to,text", "text,to"])
def test_a_text_of_several_lines_is_a_text(csv: Path, text: str, order: str) -> None:
    fields = (A, f'"{text}"') if order == "to,text" else (f'"{text}"', A)
    [row, last] = read(csv, f"{order}\n{','.join(fields)}\n" + ",".join([B, "b"] if order == "to,text" else ["b", B]))
    assert isinstance(row, Row)
    assert row.message == Message(A, text.replace('""', '"').strip())
    assert row.lines == len(text.splitlines()) + text.endswith("\n")
    assert last == Row(2 + row.lines, Message(B, "b"))


def test_a_stray_quote_costs_its_own_line_only(csv: Path) -> None:
    rows = read(csv, f'to,text\n{A},"Hi" Ann\n{B},b\n{A},Hi "Ann\n')
    assert rows == [
        Reject(2, "cannot be read: ',' expected after '\"'; write a quote within quotes twice", {}),
        Row(3, Message(B, "b")),
        Row(4, Message(A, 'Hi "Ann')),
    ]


@pytest.mark.parametrize("seed", range(20))
def test_a_quote_that_is_lost_anywhere_sends_no_row_to_another(csv: Path, seed: int) -> None:
    chance = random.Random(seed)
    numbers = [f"+2782{chance.randrange(10**7):07}" for _ in range(60)]
    texts = [chance.choice(["Hi {}", "Hi {},\nyour code", "{}", 'say ""{}""', "{}, {}"]).format(n, n) for n in numbers]
    lines = [f'{number},"{text}"' for number, text in zip(numbers, texts, strict=True)]
    whole = "to,text\n" + "\n".join(lines) + "\n"
    place = chance.choice([place for place, character in enumerate(whole) if character == '"'])
    try:
        rows = read(csv, whole[:place] + whole[place + 1 :])
    except ConfigError:
        return
    for row in rows:
        if isinstance(row, Row):
            others = {*numbers} - {row.message.to}
            assert not any(number in row.message.text for number in others), f"seed {seed}"


# Other ways to be misread --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (f"to,text,TO \n{A},a,{B}\n", "the header has 'TO' twice, in the columns 1 and 3; rename or remove one"),
        (f"to,note,note,text\n{A},a,b,c\n", "the header has 'note' twice, in the columns 2 and 3"),
        (f"{A},Hi\n{B},Hi\n", f"the first line has the number '{A}', not the columns' names; write a line with names"),
        ("t\0o\0,text\n", "has NUL characters, as UTF-16 has; name the file's encoding"),
        ("to,text\n".encode("utf-16"), "has NUL characters, as UTF-16 has; name the file's encoding"),
        ("to,text,größe\n".encode("cp1252"), "is not UTF-8; save it as UTF-8, or name its encoding"),
    ],
)
def test_a_header_that_says_two_things_is_refused(csv: Path, content: str | bytes, why: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read(csv, content)
    assert why in str(raised.value)


def test_columns_without_a_name_may_be_many(csv: Path) -> None:
    assert read(csv, f"to,text,,\n{A},a,,\n") == [Row(2, Message(A, "a"))]


def test_a_delimiter_within_quotes_does_not_count(csv: Path) -> None:
    rows = read(csv, f'"to, or mobile, or cell";text\n{A};a\n', columns={"to": "to, or mobile, or cell"})
    assert rows == [Row(2, Message(A, "a"))]


def test_a_row_with_another_delimiter_or_a_nul_is_a_reject(csv: Path) -> None:
    rows = read(csv, f"to,text\n{A};a\n{A},a\0b\n{B},b\n")
    assert [row.reason for row in rows if isinstance(row, Reject)] == [
        "has 1 fields and the header 2",
        "has a NUL character in text; name the file's encoding, if it is UTF-16",
    ]
    assert rows[-1] == Row(4, Message(B, "b"))


def test_utf_16_is_read_where_it_is_named(csv: Path) -> None:
    assert read(csv, f"to,text\n{A},Olá\n".encode("utf-16"), encoding="utf-16") == [Row(2, Message(A, "Olá"))]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f'{{"to": "{A}", "to": "{B}", "text": "a"}}', "has 'to' twice; remove one"),
        (f'{{"to": "{A}", "To": "{B}", "text": "a"}}', "has 'To' twice; remove one"),
        (f'{{"to": "{A}", "text": NaN}}', "is not JSON"),
        (f'{{"to": "{A}", "text": -Infinity}}', "is not JSON"),
        ('{"to": 27821234567.0, "text": "a"}', "'27821234567.0' has decimals, as a spreadsheet writes"),
        ('{"to": 2.7821234567e10, "text": "a"}', "'2.7821234567e10' has lost digits in a spreadsheet"),
        (f'{{"to": "{A}", "text": {{"a": "b"}}}}', "must be a JSON object whose values are texts"),
        (f'{{"to": "{A}", "text": true}}', "must be a JSON object whose values are texts"),
        (f'{{"to": "{A}", "text": "a"}} {{"to": "{B}", "text": "b"}}', "is not JSON"),
        (f'{{"to": "{A}", "text": "a\\u0000b"}}', "has a NUL character in text"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_json_line_that_says_two_things_is_a_reject(tmp_path: Path, line: str, reason: str) -> None:
    [reject, row] = read(tmp_path / "c.jsonl", f'\n{line}\n{{"to": "{A}", "text": "Hi"}}\n', region="ZA")
    assert isinstance(reject, Reject)
    assert reason in reject.reason
    assert row == Row(3, Message(A, "Hi"))


def test_a_number_in_json_reaches_the_text_as_it_is_written(tmp_path: Path) -> None:
    rows = read(tmp_path / "c.jsonl", f'{{"to": "{A}", "due": 12.50, "n": 1e3}}\n', template="{due} for {n}")
    assert rows == [Row(1, Message(A, "12.50 for 1e3"))]


def test_a_json_array_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a JSON array; write one object a line"):
        read(tmp_path / "c.json", f'[\n{{"to": "{A}", "text": "a"}}\n]\n')


def test_what_cannot_be_read_twice_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(ConfigError, match="must be a regular file"):
        [*RecipientFile(path=tmp_path / "pipe.csv")]
