"""Made-up prices, as the Pricing API v1 shows them (twilio_pricing_v1.json): by country, carrier and kind of sender."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from smsgate_twilio_sandbox.account import Account
from smsgate_twilio_sandbox.refusals import Refusal

PATH = "/v1/Messaging/Countries"
_NETWORKS: Mapping[str, tuple[str, Mapping[str, Mapping[str, str]]]] = {
    "CA": ("Canada", {"Bell": {"local": "0.0080", "shortcode": "0.0095"}, "Rogers": {"local": "0.0083"}}),
    "GB": ("United Kingdom", {"Vodafone": {"mobile": "0.0524"}}),
    "US": ("United States", {"Verizon": {"local": "0.0083", "toll-free": "0.0081"}}),
    "ZA": ("South Africa", {"MTN": {"mobile": "0.0281"}, "Vodacom": {"mobile": "0.0301"}}),
}
_LARGEST_PAGE = 1000


async def countries(request: web.Request, _account: Account) -> web.Response:
    """Name the countries, a page at a time."""
    size, number = (int(request.query.get(name, usual)) for name, usual in (("PageSize", "50"), ("Page", "0")))
    if not 1 <= size <= _LARGEST_PAGE:
        raise Refusal(20001, "PageSize is 1 to 1000")
    names = sorted(_NETWORKS)
    query = urlencode({"PageSize": size, "Page": number + 1, "PageToken": f"PA{number:032x}"})
    following = f"{request.url.origin()}/twilio{PATH}?{query}" if names[(number + 1) * size :] else None
    shown = [_named(request, iso) for iso in names[number * size :][:size]]
    return web.json_response({"countries": shown, "meta": {"key": "countries", "next_page_url": following}})


async def country(request: web.Request, _account: Account) -> web.Response:
    """Show what a text to each carrier of a country costs."""
    iso = request.match_info["iso"].upper()
    if iso not in _NETWORKS:
        raise Refusal(20404, f"The requested resource {PATH}/{iso} was not found")
    prices = [
        {
            "carrier": carrier,
            "mcc": "655",
            "mnc": "01",
            "prices": [
                {"number_type": kind, "base_price": cost, "current_price": cost} for kind, cost in costs.items()
            ],
        }
        for carrier, costs in _NETWORKS[iso][1].items()
    ]
    inbound = [{"number_type": "mobile", "base_price": "0.0075", "current_price": "0.0075"}]
    shown = {"price_unit": "USD", "outbound_sms_prices": prices, "inbound_sms_prices": inbound}
    return web.json_response({**_named(request, iso), **shown})


def _named(request: web.Request, iso: str) -> dict[str, Any]:
    url = f"{request.url.origin()}/twilio{PATH}/{iso}"
    return {"country": _NETWORKS[iso][0], "iso_country": iso, "url": url}
