"""What texts cost the account, by country and network: Twilio's Pricing API v1.

SPEC here is the description of that API (twilio_pricing_v1.json of twilio-oai): prices are the account's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, urlsplit

from attrs import frozen

import smsgate
from smsgate import Conversation, ListedPrice, Page, Request, fields
from smsgate_twilio.errors import Errors

PATH = "v1/Messaging/Countries"
PAGE_SIZE = 50
PARAMETERS = {"PageSize", "Page", "PageToken"}


@frozen
class _Cost:
    """By the kind of the sender: "mobile", "local", "shortcode", "toll-free" (SPEC)."""

    current_price: fields.Amount = None
    """With the account's discounts (DOC); `base_price` is without."""
    number_type: fields.OptionalText = None


@frozen
class _Network:
    prices: list[_Cost]
    carrier: fields.OptionalText = None


@frozen
class _CountryReply:
    iso_country: fields.Word
    price_unit: fields.OptionalText = None
    country: fields.OptionalText = None
    outbound_sms_prices: list[_Network] | None = None

    def prices(self) -> Iterator[ListedPrice]:
        """Give a price for each network and kind of sender."""
        for network in self.outbound_sms_prices or ():
            for cost in network.prices:
                if cost.current_price is None:
                    continue
                yield ListedPrice(
                    amount=cost.current_price,
                    unit=(self.price_unit or "usd").upper(),
                    country=self.iso_country.upper(),
                    country_name=self.country,
                    network=" ".join(filter(None, (network.carrier, cost.number_type))) or None,
                )


@frozen
class _Meta:
    next_page_url: fields.OptionalText = None


@frozen
class _Named:
    iso_country: fields.Word


@frozen
class _CountriesReply:
    countries: list[_Named]
    meta: fields.Part[_Meta] = None


class Prices(Errors, smsgate.ListsPrices):
    """The price of a text to each network."""

    @smsgate.composed
    def list_prices(self, cursor: str | None, countries: Sequence[str]) -> Conversation[Page[ListedPrice]]:
        """SPEC: GET v1/Messaging/Countries names the countries, and GET of each of them has its prices."""
        following = None
        if not countries:
            query = {name: value for name, value in parse_qsl(cursor or "") if name in PARAMETERS}
            request = Request("GET", PATH, host="pricing_url", query=query or {"PageSize": PAGE_SIZE})
            reply = (yield request).read(_CountriesReply)
            countries = [each.iso_country for each in reply.countries]
            following = urlsplit((reply.meta and reply.meta.next_page_url) or "").query or None
        found: list[ListedPrice] = []
        for country in countries:
            request = Request("GET", f"{PATH}/{{country}}", ids={"country": country}, host="pricing_url")
            found += (yield request).read(_CountryReply).prices()
        return Page(tuple(found), following)
