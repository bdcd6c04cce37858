"""Lists in pages: detail records, opt-outs, webhooks that were sent; and the balance."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from smsgate_telnyx_sandbox.account import Account

_Test = Callable[[dict[str, Any], str], bool]
"""Whether an entry fits the value of a filter."""


def _equal(name: str) -> _Test:
    return lambda entry, wanted: entry[name] == wanted


_RECORDS: Mapping[str, _Test] = {
    "record_type": lambda _, wanted: wanted == "messaging",
    **{name: _equal(name) for name in ("cld", "cli", "direction")},
    "created_at][gte": lambda entry, first: entry["created_at"] >= first,
    "created_at][lt": lambda entry, end: entry["created_at"] < end,
}
_OPT_OUTS = {name: _equal(name) for name in ("messaging_profile_id", "from")}
_DELIVERIES: Mapping[str, _Test] = {
    "event_type": lambda entry, kinds: entry["webhook"]["event_type"] in kinds.split(","),
    "webhook][contains": lambda entry, text: text in json.dumps(entry["webhook"]),
    "started_at][gte": lambda entry, first: entry["started_at"] >= first.removesuffix("Z"),
}


async def detail_records(request: web.Request, account: Account) -> dict[str, Any]:
    """List the records of messages that are no longer on their way."""
    if "filter[record_type]" not in request.query:
        raise ValueError("filter[record_type] is required")
    return _page(request, account.records(), _RECORDS, 50)


async def opt_outs(request: web.Request, account: Account) -> dict[str, Any]:
    """List who sent STOP."""
    return _page(request, [*account.opt_outs.values()], _OPT_OUTS, 250)


async def webhook_deliveries(request: web.Request, account: Account) -> dict[str, Any]:
    """List the webhooks that were sent."""
    return _page(request, account.webhooks, _DELIVERIES, 250)


async def balance(_request: web.Request, _account: Account) -> dict[str, Any]:
    """Show the balance, which texts do not change."""
    return {"data": {"balance": "300.00", "credit_limit": "100.00", "available_credit": "400.00", "currency": "USD"}}


def _page(request: web.Request, entries: Sequence[Any], filters: Mapping[str, _Test], most: int) -> dict[str, Any]:
    """Return the page of the query, of the entries that fit its filters."""
    query, tests = request.query, {f"filter[{name}]": test for name, test in filters.items()}
    number, size = int(query.get("page[number]", 1)), int(query.get("page[size]", 20))
    if {*query} - {*tests, "page[number]", "page[size]", "sort"} or number < 1 or not 1 <= size <= most:
        raise ValueError(f"a parameter is unknown, or page[number] is not from 1, or page[size] not 1 to {most}")
    found = [each for each in entries if all(test(each, query[name]) for name, test in tests.items() if name in query)]
    found = found[::-1] if query.get("sort") == "-created_at" else found
    meta = {
        "page_number": number,
        "page_size": size,
        "total_pages": -(-len(found) // size),
        "total_results": len(found),
    }
    return {"data": found[(number - 1) * size : number * size], "meta": meta}
