"""Detail records, opt-outs, webhooks that were sent, and the balance."""

import json
from typing import Any

from aiohttp import web

from smsgate_telnyx_sandbox.account import Account
from smsgate_telnyx_sandbox.answers import Refusal, filters, page

_RECORDS = ("record_type", "cld", "cli", "direction", "created_at][gte", "created_at][lt")
_DELIVERIES = ("event_type", "webhook][contains", "started_at][gte")


async def detail_records(request: web.Request, account: Account) -> dict[str, Any]:
    """List the records of messages that were delivered, have failed or were received."""
    wanted = filters(request, _RECORDS)
    if wanted.pop("record_type", None) != "messaging":
        raise Refusal(400, "10015", "Bad request: filter[record_type] must be messaging")
    first, end = wanted.pop("created_at][gte", ""), wanted.pop("created_at][lt", "~")
    records = [record for stored in account.outbox if (record := account.record(stored))]
    found = [each for each in records if first <= each["created_at"] < end and wanted.items() <= _plain(each)]
    return page(request, found[::-1] if request.query.get("sort") == "-created_at" else found, 50)


async def opt_outs(request: web.Request, account: Account) -> dict[str, Any]:
    """List who sent STOP."""
    wanted = filters(request, ("messaging_profile_id", "from"))
    return page(request, [each for each in account.opt_outs.values() if wanted.items() <= each.items()], 250)


async def webhook_deliveries(request: web.Request, account: Account) -> dict[str, Any]:
    """List the webhooks that were sent."""
    wanted = filters(request, _DELIVERIES)
    kinds, first = wanted.get("event_type"), wanted.get("started_at][gte", "").removesuffix("Z")
    found = [each for each in account.webhooks.deliveries if first <= each["started_at"]]
    found = [each for each in found if kinds is None or each["webhook"]["event_type"] in kinds.split(",")]
    text = wanted.get("webhook][contains", "")
    return page(request, [each for each in found if text in json.dumps(each["webhook"])], 250)


async def balance(_request: web.Request, _account: Account) -> dict[str, Any]:
    """Show the balance, which texts do not change."""
    amounts = {"balance": "300.00", "credit_limit": "100.00", "available_credit": "400.00", "pending": "10.00"}
    return {"record_type": "balance", "currency": "USD", **amounts}


def _plain(record: dict[str, Any]) -> Any:  # noqa: ANN401 - items of a dictionary
    return {name: value for name, value in record.items() if isinstance(value, str)}.items()
