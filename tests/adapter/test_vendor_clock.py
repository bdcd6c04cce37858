"""A vendor that does not show a message is not believed where its clock and ours differ: lists are searched by time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from smsgate import Answer, Message, Provider, UnknownOutcomeError
from smsgate.adapter.abilities.reconciliation import Doubt
from smsgate.testing import StubTransport, answer
from smsgate_twilio import Twilio, TwilioSettings

SETTINGS = TwilioSettings(account_sid=f"AC{'5' * 32}", auth_token="a-token", settling=0.0)


def empty_list(ahead: timedelta, **headers: str) -> Answer:
    """Return a list without messages, of a vendor whose clock is ahead of ours."""
    date = format_datetime(datetime.now(UTC) + ahead, usegmt=True)
    return answer(200, {"messages": [], "next_page_uri": None}, date=date, **headers)


def asked(said: Answer) -> object:
    provider = Provider("main", Twilio(SETTINGS, provider="main"), StubTransport(lambda _: said))
    return provider.reconcile(Doubt(Message("+27821234567", "Your code is 4711", sender="ACME"), datetime.now(UTC)))


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(minutes=4), timedelta(minutes=-4)])
def test_a_message_that_is_not_shown_is_not_there_while_the_clocks_agree(ahead: timedelta) -> None:
    assert asked(empty_list(ahead)) is None


@pytest.mark.parametrize("ahead", [timedelta(minutes=60), timedelta(minutes=-60)])
def test_a_message_that_is_not_shown_stays_unknown_while_the_clocks_differ(ahead: timedelta) -> None:
    with pytest.raises(UnknownOutcomeError, match="differ by 60 minutes"):
        asked(empty_list(ahead))


def test_an_answer_that_a_cache_has_kept_shows_nothing_of_the_clock() -> None:
    assert asked(empty_list(timedelta(minutes=-60), age="3600")) is None


def test_an_answer_without_a_time_shows_nothing_of_the_clock() -> None:
    assert asked(answer(200, {"messages": [], "next_page_uri": None})) is None
