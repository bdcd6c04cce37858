"""The profile, the blocked numbers, and the settings."""

from __future__ import annotations

from decimal import Decimal

import pytest

from smsgate import Balance, ConfigError, Gateway, InvalidMessageError, MalformedAnswerError, Message, Provider, Request
from smsgate.sandbox import Sandbox
from smsgate.testing import answer
from smsgate_bulksms import BulkSmsExtras
from tests.adapters.bulksms.accounts import stubbed


def test_the_balance_is_in_credits_and_the_whole_profile_is_there(provider: Provider) -> None:
    balance = provider.balance()
    assert balance == Balance(provider="bulk", amount=Decimal(1000), unit="credits", raw=balance.raw)
    assert balance.raw["quota"] == {"size": 500_000, "remaining": 500_000}


@pytest.mark.parametrize("said", [{}, {"credits": None}, {"credits": {"balance": None}}, {"credits": {"balance": "9"}}])
def test_a_profile_without_a_balance_is_no_answer(said: object) -> None:
    with pytest.raises(MalformedAnswerError):
        stubbed([answer(200, said)])[0].balance()


def test_numbers_that_are_blocked_are_listed_and_not_texted(
    sandbox: Sandbox, provider: Provider, vendor: BulkSmsExtras
) -> None:
    assert vendor.blocked_numbers() == []
    vendor.block(["+27821234567", "+27821234568"])
    vendor.block(["+27821234567"])
    sandbox.receive("bulksms", "+27821234569", "stop")
    assert vendor.blocked_numbers() == ["27821234567", "27821234568", "27821234569"]
    provider.send(Message("+27821234567", "Hello"))
    assert sandbox.texts == ()


def test_blocked_numbers_are_read_page_after_page_until_one_is_empty() -> None:
    def says(request: Request) -> object:
        first = int(str(request.query["min-id"]))
        return answer(200, [{"id": id_, "phoneNumber": f"2782000000{id_}"} for id_ in range(1, 8) if id_ >= first][:3])

    provider, stub = stubbed(says)  # type: ignore[arg-type]
    extras = provider.vendor
    assert isinstance(extras, BulkSmsExtras)
    assert extras.blocked_numbers() == [f"2782000000{id_}" for id_ in range(1, 8)]
    assert [request.query["min-id"] for request in stub.requests] == [0, 4, 7, 8]


def test_what_is_no_number_is_not_blocked(vendor: BulkSmsExtras, asked: list[Request]) -> None:
    with pytest.raises(InvalidMessageError):
        vendor.block(["+27821234567", "Ada"])
    assert asked == []


@pytest.mark.parametrize("size", [0, 1_001])
def test_a_bulk_size_out_of_range_is_refused_with_its_name(size: int) -> None:
    account = {"adapter": "bulksms", "token_id": "T-01", "token_secret": "s3cret-1", "bulk_size": size}
    with pytest.raises(ConfigError, match="bulk_size"):
        Gateway.from_mapping({"providers": {"bulk": account}})
