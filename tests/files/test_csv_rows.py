"""Rows of a CSV file: each is read as it is meant, or refused with its line."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from smsgate import ConfigError, Message
from smsgate.sending.recipients import Reject, Row
from tests.files.recipient_rows import read

A, B = "+27821234567", "+27831234567"
C = "+27841234567"
BEN = "Hi Ben your balance is 17"


@pytest.fixture(name="csv")
def _csv(tmp_path: Path) -> Path:
    return tmp_path / "campaign.csv"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "BOM"])
def test_the_delimiter_is_seen_in_the_header(csv: Path, delimiter: str, mark: str) -> None:
    rows = read(csv, f"{mark}to{delimiter}text\n{A}{delimiter}Olá\n")
    assert rows == [Row(2, Message(A, "Olá"))]


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
