"""A vendor's words for refusals."""

from __future__ import annotations

from smsgate import InsufficientCreditError, InvalidRecipientError, OptedOutError, RejectedError, refusal_kind


def test_a_refusal_is_classified_by_the_first_words_that_fit() -> None:
    words = {r"\bopted out\b": OptedOutError, r"\bnumber\b": InvalidRecipientError}
    assert refusal_kind("Insufficient credits, number", words) is InsufficientCreditError
    assert refusal_kind("The number has OPTED  out", words) is OptedOutError
    assert refusal_kind("Bad number", words) is InvalidRecipientError
    assert refusal_kind("no reason", words) is RejectedError
