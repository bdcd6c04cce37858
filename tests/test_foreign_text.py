"""Foreign text is read in time that grows with its length, not with its square: no vendor can stop every thread."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from smsgate import InvalidRecipientError, searchable, tells_no_credit
from smsgate.testing import answer
from smsgate_salesbox.envelope import total_of
from smsgate_salesmsg.errors import explained
from smsgate_salesmsg.message_reply import MessageReply
from tests.hostile_text import READERS, SEND, texts

PATIENCE = 60
"""Seconds; what is linear takes a few of them, and the square of a million characters takes ten minutes or more."""


@pytest.mark.parametrize("name", READERS)
def test_a_million_characters_are_read_in_time_that_grows_with_their_number(name: str) -> None:
    command = [sys.executable, "-m", "tests.hostile_text", name]
    root = Path(__file__).parents[1]
    try:
        ended = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired as error:
        pytest.fail(f"it does not end with the text that begins with {(error.stdout or b'?').splitlines()[-1]!r}")
    assert ended.returncode == 0, ended.stdout[-200:] + ended.stderr[-2000:]


def test_what_adapters_search_is_short_whatever_the_length_of_a_text() -> None:
    assert all(len(searchable(text)) <= 400 for text in texts())
    assert searchable("  Insufficient\n Credits ") == "insufficient credits"


@pytest.mark.parametrize("text", ["a" * 10_000 + " insufficient credits", "credit", "no credo", "creditors of no name"])
def test_words_for_missing_credit_are_looked_for_at_the_beginning_only(text: str) -> None:
    assert not tells_no_credit(text)


def test_a_long_refusal_keeps_its_kind() -> None:
    error = explained(SEND, answer(400, {"message": "The number is invalid " + "no " * 50_000}))
    assert type(error) is InvalidRecipientError


def test_a_text_with_a_character_of_5_000_digits_is_read() -> None:
    reply = answer(200, {"id": 1, "body": "Hi &#" + "1" * 5_000 + ";, &#65;&#066;&amp;"}).read(MessageReply)
    assert reply.text == "Hi \N{REPLACEMENT CHARACTER}, AB&"


@pytest.mark.parametrize("total", ["1" * 5_000, "\N{SUPERSCRIPT TWO}", "-1", "", None, True, 2.5])
def test_a_total_that_is_none_is_as_good_as_none_said(total: object) -> None:
    assert total_of({"total": total, "textMessages": [{"id": 1}]}) is None
