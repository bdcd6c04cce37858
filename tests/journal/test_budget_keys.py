"""What budgets count a message for is kept with its content, and makes it no other message."""

from __future__ import annotations

import hashlib
import json

import pytest
from attrs import evolve

from smsgate import KeepText, Message
from smsgate.journal.message_record import content, read_message, without_text, write_message

PLAIN = Message("+27821234567", "Your code is 4711", campaign="otp")
KEYED = evolve(PLAIN, budget_keys={"customer": "4711"})


def test_a_message_that_is_counted_otherwise_is_the_same_message() -> None:
    assert content(KEYED) == content(PLAIN)


def test_the_content_of_messages_is_written_as_it_was_before_there_were_budgets() -> None:
    assert hashlib.sha256(content(PLAIN)).hexdigest() == (
        "24f4908af1056c5a98d42985bff9d32237b6bfc90597819b3d2cf8f74f9b7d06"
    )


def test_budget_keys_are_read_back_with_the_text() -> None:
    assert read_message(KEYED.to, None, write_message(KEYED, KeepText.FULL)) == KEYED


@pytest.mark.parametrize("keep", [KeepText.HASH, KeepText.NONE])
def test_where_texts_are_not_kept_they_are_not(keep: KeepText) -> None:
    assert "customer" not in str(write_message(KEYED, keep))


def test_they_are_removed_with_the_text() -> None:
    written = write_message(KEYED, KeepText.FULL)
    assert json.loads(without_text(written.text, written.details, hashed=False) or "{}") == {"segments": 1}
