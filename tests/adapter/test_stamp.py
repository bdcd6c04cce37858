"""The account's name is written into what an adapter returns."""

from __future__ import annotations

from decimal import Decimal

from attrs import field, frozen

from smsgate import Accepted, Balance, Contact, Page
from smsgate.adapter.stamp import stamped


@frozen
class Team:
    provider: str
    balances: tuple[Balance, ...]
    computed: int = field(init=False, default=1)


def test_the_accounts_name_is_put_into_each_part_of_what_an_adapter_returns() -> None:
    balance = Balance(amount=Decimal(1), unit="EUR")
    named = Balance(provider="zoom", amount=Decimal(1), unit="EUR")
    assert stamped([balance], "zoom") == [named]
    assert stamped(Page((balance,), "2", 1), "zoom") == Page((named,), "2", 1)
    assert stamped(Team("", (balance,)), "zoom") == Team("zoom", (named,))


def test_a_name_that_an_adapter_gave_stays_and_so_does_what_has_none() -> None:
    mine = Contact(provider="mine", id="1", number=None)
    assert stamped(mine, "zoom") is mine
    accepted = Accepted(message_id="1", raw={"provider": ""})
    assert stamped(accepted, "zoom") is accepted
    assert stamped(Balance, "zoom") is Balance
