"""Count what was sent: `account/statistics`."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from aiohttp import web

from smsgate_zoomconnect_sandbox import dates, users
from smsgate_zoomconnect_sandbox.account import Account
from smsgate_zoomconnect_sandbox.records import StoredMessage
from smsgate_zoomconnect_sandbox.requests import read_flag
from smsgate_zoomconnect_sandbox.routes import Route

_DATE = "dd-MM-yyyy"
_DEFAULT_PERIOD = timedelta(days=30)
_COUNTED = {
    "delivered": "DELIVERED",
    "failed": "FAILED",
    "failedOptout": "FAILED_OPTOUT",
    "failedRefunded": "FAILED_REFUNDED",
    "sent": "SENT",
}
_ONLY_IF_ASKED = {"FAILED_OPTOUT", "FAILED_REFUNDED"}
_QUERY = frozenset({"from", "to", "userEmailAddress", "campaign", "includeRefundedAndOptout", "calculateCreditValue"})


async def statistics(request: web.Request, account: Account) -> dict[str, Any]:
    """Count messages, or with `calculateCreditValue` their cost, by campaign. Only the owner sends messages here."""
    start, end = _period(request.query, account.now())
    by_credit = read_flag(request.query, "calculateCreditValue")
    user = users.by_email(account, request.query.get("userEmailAddress", account.owner.email))
    messages = _chosen(request.query, account, start, end) if user is account.owner else []
    return {
        "from": dates.shown(start),
        "to": dates.shown(end),
        "showingCreditValue": by_credit,
        "grandTotal": _counted(messages, account, by_credit=by_credit),
        "users": [
            {
                "user": users.shown(user),
                "total": _counted(messages, account, by_credit=by_credit),
                "campaigns": [
                    {"campaign": campaign or None, "statistics": _counted(group, account, by_credit=by_credit)}
                    for campaign, group in groupby(sorted(messages, key=_campaign), key=_campaign)
                ],
            }
        ],
    }


def _period(query: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    end = dates.read("to", query["to"], _DATE) if "to" in query else now
    start = dates.read("from", query["from"], _DATE) if "from" in query else end - _DEFAULT_PERIOD
    return start, end


def _chosen(query: Mapping[str, str], account: Account, start: datetime, end: datetime) -> list[StoredMessage]:
    left_out = set() if read_flag(query, "includeRefundedAndOptout") else _ONLY_IF_ASKED
    return [
        message
        for message in account.messages.values()
        if not message.inbound
        and start <= message.moment < end + timedelta(days=1)
        and query.get("campaign", message.campaign) == message.campaign
        and message.status(account.now(), account.delivery) not in left_out
    ]


def _counted(messages: Iterable[StoredMessage], account: Account, *, by_credit: bool) -> dict[str, float]:
    counts = dict.fromkeys((*_COUNTED, "total"), 0.0)
    for message in messages:
        worth = message.cost if by_credit else 1.0
        status = message.status(account.now(), account.delivery)
        counts["total"] += worth
        for name, counted in _COUNTED.items():
            counts[name] += worth if status == counted else 0.0
    return counts


def _campaign(message: StoredMessage) -> str:
    return message.campaign or ""


ROUTES = (Route("GET", "account/statistics", statistics, "webServiceAccountStatistics", query=_QUERY),)
