"""Files of recipients: what is a message, what is not, and why."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smsgate import ConfigError, Message
from smsgate.sending.recipients import RecipientFile, Reject, Row
from tests.files.recipient_rows import read

A, B = "+27821234567", "+27831234567"


@pytest.fixture(name="csv")
def _csv(tmp_path: Path) -> Path:
    return tmp_path / "campaign.csv"


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


def test_media_are_urls_with_spaces_between_them(csv: Path) -> None:
    one, two = "https://example.com/a.png", "https://example.com/b.png?s=3,4"
    rows = read(csv, f'to,text,media\n{A},Hi,{one}\n{A},,"{one}  {two}"\n{A},Hi,\n{A},,\n{A},Hi,a.png {one}\n')
    assert [row.message if isinstance(row, Row) else row.reason for row in rows] == [
        Message(A, "Hi", media=[one]),
        Message(A, "", media=[one, two]),
        Message(A, "Hi"),
        "a message's text is empty",
        "a media URL must be absolute, such as https://example.com/picture.png, got 'a.png'",
    ]


def test_a_file_with_media_needs_no_column_of_texts(csv: Path) -> None:
    url = "https://example.com/a.png"
    assert read(csv, f"to,Media\n{A},{url}\n") == [Row(2, Message(A, "", media=[url]))]
    mapped = read(csv, f"to,picture\n{A},{url}\n", columns={"media": "Picture"})
    assert mapped == [Row(2, Message(A, "", media=[url]))]
    assert read(csv, f"to,media,name\n{A},{url},Ann\n", template="Hi {name}") == [
        Row(2, Message(A, "Hi Ann", media=[url]))
    ]


def test_a_text_in_a_column_of_another_name_is_not_left_out_of_what_is_sent(csv: Path, tmp_path: Path) -> None:
    url = "https://example.com/a.png"
    with pytest.raises(ConfigError, match="text"):
        read(csv, f"to,media,message\n{A},{url},Hi\n")
    assert read(csv, f"to,media,message\n{A},{url},Hi\n", columns={"text": "message"}) == [
        Row(2, Message(A, "Hi", media=[url]))
    ]
    assert read(csv, f"to,media,reference,text\n{A},{url},1,\n") == [Row(2, Message(A, "", media=[url], reference="1"))]
    said = (
        f'{{"to": "{A}", "media": "{url}", "message": "Hi"}}\n{{"to": "{A}", "media": "{url}", "m": "", "text": ""}}\n'
    )
    reject, row = read(tmp_path / "campaign.jsonl", said)
    assert isinstance(reject, Reject)
    assert "no text" in reject.reason
    assert row == Row(2, Message(A, "", media=[url]))


def test_rows_of_json_may_have_media_too(tmp_path: Path) -> None:
    line = f'{{"to": "{A}", "media": "https://example.com/a.png https://example.com/b.png"}}\n'
    media = ["https://example.com/a.png", "https://example.com/b.png"]
    assert read(tmp_path / "campaign.jsonl", line) == [Row(1, Message(A, "", media=media))]


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


def test_what_cannot_be_read_twice_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(ConfigError, match="must be a regular file"):
        [*RecipientFile(path=tmp_path / "pipe.csv")]
