"""What texts cost the account, by prefix: Vonage's Pricing API v2, whose description (2.0.0) is SPEC here."""

from collections.abc import Iterator, Sequence

from attrs import frozen

import smsgate as sg
from smsgate import ListedPrice, fields

PATH = "v2/account/pricing/sms-outbound"
PAGE_SIZE = 100
ALL = "ALL"
"""The `dest_network_type` of a price for all networks (SPEC, an example)."""


@frozen
class _Country:
    dialing_prefix: fields.Word
    currency: fields.Word
    price: fields.Amount = None
    country_name: fields.OptionalText = None
    dest_network_type: fields.OptionalText = None


@frozen
class _Embedded:
    countries: list[_Country]


@frozen
class _PricesReply:
    embedded: _Embedded = fields.named("_embedded")
    total_pages: fields.Count = None


class Prices(sg.ListsPrices):
    """The price of a text to each country."""

    def list_prices(self, cursor: str | None, countries: Sequence[str]) -> sg.Conversation[sg.Page[ListedPrice]]:
        """SPEC: GET v2/account/pricing/sms-outbound, all countries in pages, or one; one request a second."""
        number = int(cursor or 1)
        if not countries:
            reply = yield from self._page(page=number)
            last = reply.total_pages or 1
        else:
            country, last = countries[number - 1], len(countries)
            reply = yield from self._page(country=country, page=1)
            if not reply.embedded.countries:
                raise sg.NotFoundError(f"Vonage lists no price of a text to {country}")
        return sg.Page(tuple(_prices(reply.embedded.countries)), str(number + 1) if number < last else None)

    def _page(self, **query: str | int) -> sg.Conversation[_PricesReply]:
        return (yield sg.Request("GET", PATH, query={**query, "page_size": PAGE_SIZE})).read(_PricesReply)


def _prices(countries: Sequence[_Country]) -> Iterator[ListedPrice]:
    for each in countries:
        if each.price is None:
            continue
        yield ListedPrice(
            amount=each.price,
            unit=each.currency,
            country_name=each.country_name,
            prefix=f"+{each.dialing_prefix.removeprefix('+')}",
            network=None if each.dest_network_type == ALL else each.dest_network_type,
        )
