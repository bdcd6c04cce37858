"""The price lists of the vendors that have one, over real HTTP, against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from smsgate import AuthenticationError, Gateway, MalformedAnswerError, NotFoundError, PriceSheet, UnsupportedError
from smsgate.sandbox import Fault, Sandbox

LISTS = "twilio", "vonage"


@pytest.fixture(scope="module", name="sandbox")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=[*LISTS, "telnyx"]) as sandbox:
        yield sandbox


@pytest.fixture(name="gateway")
def _gateway(sandbox: Sandbox) -> Iterator[Gateway]:
    with Gateway.from_mapping(sandbox.settings()) as gateway:
        yield gateway


@pytest.mark.parametrize(("vendor", "unit", "price"), [("twilio", "USD", "0.0301"), ("vonage", "EUR", "0.02090")])
def test_a_vendors_whole_list_has_a_price_for_each_country(
    gateway: Gateway, vendor: str, unit: str, price: str
) -> None:
    sheet = PriceSheet.of(gateway.provider(vendor).listed_prices())
    prices = {row.prefix: row.price for row in sheet.rows}
    assert (sheet.unit, prices["+27"]) == (unit, Decimal(price))
    assert prices["+1416"] != prices["+1"], "Canada and the United States"


@pytest.mark.parametrize("vendor", LISTS)
def test_a_list_that_comes_in_pages_is_the_same(gateway: Gateway, vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [*gateway.provider(vendor).listed_prices()]
    monkeypatch.setattr(f"smsgate_{vendor}.prices.PAGE_SIZE", 2)
    assert [*gateway.provider(vendor).listed_prices()] == whole


@pytest.mark.parametrize("vendor", LISTS)
def test_one_and_several_countries_are_asked_for(gateway: Gateway, vendor: str) -> None:
    provider = gateway.provider(vendor)
    assert {row.prefix for row in PriceSheet.of(provider.listed_prices(["ZA"])).rows} == {"+27"}
    assert {"+27", "+1"} <= {row.prefix for row in PriceSheet.of(provider.listed_prices(["US", "ZA"])).rows}


@pytest.mark.parametrize("vendor", LISTS)
def test_a_country_without_prices_is_not_found(gateway: Gateway, vendor: str) -> None:
    with pytest.raises(NotFoundError):
        [*gateway.provider(vendor).listed_prices(["ZA", "AU"])]


@pytest.mark.parametrize("vendor", LISTS)
@pytest.mark.parametrize(
    ("fault", "error"), [(Fault.UNAUTHORIZED, AuthenticationError), (Fault.WRONG_SHAPE, MalformedAnswerError)]
)
def test_a_fault_is_an_error_and_no_empty_list(
    gateway: Gateway, sandbox: Sandbox, vendor: str, fault: Fault, error: type[Exception]
) -> None:
    sandbox.misbehave(vendor, fault, times=1)
    try:
        with pytest.raises(error):
            [*gateway.provider(vendor).listed_prices()]
    finally:
        sandbox.behave()


def test_a_vendor_without_a_price_list_says_so(gateway: Gateway) -> None:
    with pytest.raises(UnsupportedError, match="has no prices"):
        [*gateway.provider("telnyx").listed_prices()]
