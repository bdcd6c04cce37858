"""The context of a send's span is kept with its message, as long as the person's data is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from smsgate import JournalSettings, KeepText, Message
from smsgate.journal.message_record import read_message, read_trace, with_trace, without_text, write_message
from smsgate.model.claim import Claim, Intent
from smsgate.model.errors import NotSentError, UnknownOutcomeError
from smsgate.sending.failure import not_begun
from tests.journal_at import journal_at

MESSAGE = Message("+27821234567", "Hello", key="k", validity=timedelta(hours=1), extra={"a": {"b": 1}})
FIRST, SECOND = (f"00-{each * 32}-{each * 16}-01" for each in "ab")


def claimed(begun: object) -> Claim:
    assert isinstance(begun, Claim)
    return begun


def test_what_is_sent_again_has_the_last_context(path: str) -> None:
    with journal_at(path) as journal:
        [claim] = journal.begin([Intent(MESSAGE, "a", trace=FIRST)]).wait(10)
        entry_id = claimed(claim).entry_id
        assert journal.find(entry_id).trace == FIRST
        assert journal.find(entry_id).message == MESSAGE
        journal.settle([(claimed(claim), not_begun(MESSAGE, NotSentError("down")))]).wait(10)
        [again] = journal.begin([Intent(MESSAGE, "a", trace=SECOND)]).wait(10)
        assert (claimed(again).entry_id, journal.find(entry_id).trace) == (entry_id, SECOND)
        journal.settle([(claimed(again), not_begun(MESSAGE, UnknownOutcomeError("lost")))]).wait(10)
        journal.reclaim(entry_id, "a", trace=FIRST).wait(10)
        assert journal.find(entry_id).trace == FIRST
        assert journal.find(entry_id).message == MESSAGE


@pytest.mark.parametrize("keep", KeepText)
def test_a_message_is_read_as_it_was_beside_a_context(path: str, keep: KeepText) -> None:
    with journal_at(JournalSettings(path=path, text=keep)) as journal:
        claims = journal.begin([Intent(MESSAGE, "a", trace=FIRST), Intent(Message("+27821234567", "x"), "a")]).wait(10)
        one, other = (journal.find(claimed(each).entry_id) for each in claims)
    assert (one.trace, other.trace) == (FIRST, None)
    assert one.message == (MESSAGE if keep is KeepText.FULL else None)


@pytest.mark.threads
def test_a_context_goes_with_the_person_and_stays_without_the_text() -> None:
    written = write_message(MESSAGE, KeepText.FULL)
    details = with_trace(written.details, FIRST)
    assert read_message(MESSAGE.to, "k", written._replace(details=details)) == MESSAGE
    assert read_trace(without_text(written.text, details, hashed=True)) == FIRST
    assert read_trace(without_text(written.text, details, hashed=False)) is None


@pytest.mark.threads
@pytest.mark.parametrize("details", [None, "{}", '{"extra": {"trace": "of the application"}}'])
def test_a_message_of_an_earlier_journal_has_none(details: str | None) -> None:
    assert read_trace(details) is None
    assert with_trace(details, None) == details
