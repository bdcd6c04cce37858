"""The profile, what the account may not do, and the settings."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from smsgate import (
    Balance,
    ConfigError,
    Gateway,
    InsufficientCreditError,
    MalformedAnswerError,
    Message,
    Provider,
    Status,
)
from smsgate.sandbox import Sandbox
from smsgate.testing import answer
from tests.adapters.bulksms.accounts import stubbed


def test_the_balance_is_in_credits_and_the_whole_profile_is_there(provider: Provider) -> None:
    balance = provider.balance()
    assert balance == Balance(provider="bulk", amount=Decimal(1000), unit="credits", raw=balance.raw)
    assert balance.raw["quota"] == {"size": 500_000, "remaining": 500_000}


@pytest.mark.parametrize("said", [{}, {"credits": None}, {"credits": {"balance": None}}, {"credits": {"balance": "9"}}])
def test_a_profile_without_a_balance_is_no_answer(said: object) -> None:
    with pytest.raises(MalformedAnswerError):
        stubbed([answer(200, said)])[0].balance()


def test_a_person_whom_the_vendor_has_blocked_gets_no_text_and_the_report_says_why(
    sandbox: Sandbox, provider: Provider
) -> None:
    sandbox.receive("bulksms", "+27821234567", "stop")
    sent = provider.send(Message("+27821234567", "Hello"))
    sandbox.advance(timedelta(hours=2))
    report = provider.status(sent.message_id)
    assert (report.status, report.reason, sandbox.texts) == (Status.REJECTED, "opted out", ())


def test_missing_credit_is_known_by_the_code_where_the_words_are_others() -> None:
    said = {"type": "https://vendor.example/errors#insufficient-credits", "title": "Onvoldoende krediet", "detail": ""}
    with pytest.raises(InsufficientCreditError, match="Onvoldoende krediet") as caught:
        stubbed([answer(403, said)])[0].send(Message("+27821234567", "Hello"))
    assert caught.value.code == "insufficient-credits"


@pytest.mark.parametrize("size", [0, 1_001])
def test_a_bulk_size_out_of_range_is_refused_with_its_name(size: int) -> None:
    account = {"adapter": "bulksms", "token_id": "T-01", "token_secret": "s3cret-1", "bulk_size": size}
    with pytest.raises(ConfigError, match="bulk_size"):
        Gateway.from_mapping({"providers": {"bulk": account}})
