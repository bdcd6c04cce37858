"""Lines of JSON: each is read as it is written, or refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from smsgate import ConfigError, Message
from smsgate.sending.recipients import Reject, Row
from tests.files.recipient_rows import read

A, B = "+27821234567", "+27831234567"


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
