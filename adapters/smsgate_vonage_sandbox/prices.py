"""Made-up prices, as the Pricing API v2 shows them (description 2.0.0): by prefix, every value a text."""

from collections.abc import Mapping
from typing import Any

from smsgate_vonage_sandbox.requests import RefusedError

PATH = "/v2/account/pricing/{product}"
_LARGEST_PAGE = 1000
_COUNTRIES = {
    "BS": ("Bahamas", "1242", "0.09240"),
    "CA": ("Canada", "1", "0.00620"),
    "FR": ("France", "33", "0.06800"),
    "US": ("United States", "1", "0.00809"),
    "ZA": ("South Africa", "27", "0.02090"),
}


def page(product: str, query: Mapping[str, str]) -> dict[str, Any]:
    """Return a page of prices, or those of one country."""
    if product != "sms-outbound":
        raise RefusedError(404, "#invalid-product", "Invalid product")
    wanted = [query["country"].upper()] if "country" in query else sorted(_COUNTRIES)
    size, number = int(query.get("page_size", "100")), int(query.get("page", "1"))
    if not 1 <= size <= _LARGEST_PAGE or number < 1:
        raise RefusedError(400, "#invalid-page", "Bad Request", "page and page_size are whole numbers from 1")
    found = [_shown(*_COUNTRIES[iso]) for iso in wanted if iso in _COUNTRIES]
    return {
        "page_size": str(size),
        "page": str(number),
        "total_items": str(len(found)),
        "total_pages": str(-(-len(found) // size)),
        "_embedded": {"countries": found[(number - 1) * size :][:size]},
    }


def _shown(name: str, prefix: str, price: str) -> dict[str, str]:
    return {
        "country_name": name,
        "dialing_prefix": prefix,
        "dest_network_type": "ALL",
        "rate_increment": "1",
        "currency": "EUR",
        "price": price,
    }
