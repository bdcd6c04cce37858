"""Foreign text is read in time that grows with its length, not with its square: no vendor can stop every thread."""

from __future__ import annotations

import resource

import pytest

from smsgate import InvalidRecipientError, searchable, tells_no_credit
from smsgate.testing import answer
from smsgate_salesbox.envelope import total_of
from smsgate_salesmsg.errors import explained
from smsgate_salesmsg.message_reply import MessageReply
from tests.child_process import fork
from tests.hostile_text import READERS, SEND, read_all, texts

PATIENCE = 10
"""Seconds of the processor; what is linear takes one or two, the square of so many characters takes longer."""


def read_within_patience(name: str) -> None:
    """Have a reader read everything; the system kills it where it takes longer, however busy the machine is."""
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
    read_all(name)


@pytest.mark.parametrize("name", READERS)
def test_long_texts_are_read_in_time_that_grows_with_their_length(name: str) -> None:
    code = fork(lambda: read_within_patience(name)).wait(20 * PATIENCE)
    assert code == 0, f"it ended with {code}; below is how each text begins, the last one it did not end with"


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
