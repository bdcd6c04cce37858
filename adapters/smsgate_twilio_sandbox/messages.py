"""Messages, sent and received: `Messages.json`, `Messages/{Sid}.json`; and the balance.

A request is read strictly, although the vendor passes over what it does not know.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from smsgate.sandbox import Fault, TextState, fault_for
from smsgate_twilio_sandbox.account import ACCOUNT_SID, PATH, Account
from smsgate_twilio_sandbox.refusals import Refusal

_LISTS = {"MediaUrl", "PersistentAction"}
_FIELDS = {
    *("To", "From", "Body", "MessagingServiceSid", "StatusCallback", "ValidityPeriod", "ScheduleType", "SendAt"),
    *("ContentSid", "ContentVariables", "SmartEncoded", "ShortenUrls", "Attempt", "RiskCheck", "ProvideFeedback"),
    *("ContentRetention", "AddressRetention", "ApplicationSid", "MaxPrice", "TrafficType", "SendAsMms", *_LISTS),
}
_TO = {f"+1500555000{digit}": code for digit, code in ((1, 21211), (2, 21612), (3, 21408), (4, 21610), (9, 21614))}
_FROM = {f"+1500555000{digit}": code for digit, code in ((1, 21212), (7, 21606), (8, 21611))}
"""The magic numbers of the vendor's test credentials."""
_NUMBER = r"\+[1-9][0-9]{7,14}"
_SENDER = rf"{_NUMBER}|[0-9]{{3,8}}|(?=.*[A-Za-z])[A-Za-z0-9 ]{{1,11}}"
_VALIDITY = r"0*([1-9][0-9]{0,3}|[12][0-9]{4}|3[0-5][0-9]{3}|36000)"
_DAYS = {"DateSent", "DateSent<", "DateSent>"}
_PAGE = {"PageSize", "Page", "PageToken"}
_QUERY = {"To", "From"} | _DAYS | _PAGE
_FINAL = {"delivered", "undelivered", "failed", "canceled", "received", "partially_delivered"}


async def send(request: web.Request, account: Account) -> web.Response:
    """Accept a message."""
    fields = await _read_form(request, _FIELDS)
    _check(fields)
    return web.json_response(account.shown(account.send(fields, _scheduled_at(fields, account.now()))), status=201)


async def every(request: web.Request, account: Account) -> web.Response:
    """List a page of the messages that pass the filters, the newest first (PRESUMED)."""
    query = dict(request.query)
    size, number = query.get("PageSize", "50"), query.get("Page", "0")
    if not query.keys() <= _QUERY or not re.fullmatch(r"([1-9][0-9]{0,2}|1000) [0-9]{1,9}", f"{size} {number}"):
        raise Refusal(20001, "A parameter is unknown, or has a wrong value")
    found = [shown for stored in [*account.outbox][::-1] if _passes(shown := account.shown(stored), query)]
    start, end = int(number) * int(size), (int(number) + 1) * int(size)
    filters = {name: value for name, value in query.items() if name not in _PAGE}
    following = {**filters, "PageSize": size, "Page": int(number) + 1, "PageToken": f"PA{end:032x}"}
    link = f"{PATH}/Messages.json?{urlencode(following)}" if end < len(found) else None
    place = {"page": int(number), "page_size": int(size), "start": start, "end": min(end, len(found))}
    return web.json_response({**place, "next_page_uri": link, "messages": found[start:end]})


async def show(request: web.Request, account: Account) -> web.Response:
    """Show a message."""
    return web.json_response(account.shown(account.message(request.match_info["sid"])))


async def update(request: web.Request, account: Account) -> web.Response:
    """Cancel a scheduled message, or remove a text."""
    stored, fields = account.message(request.match_info["sid"]), await _read_form(request, {"Body", "Status"})
    if fields not in ({"Status": "canceled"}, {"Body": ""}):
        raise Refusal(30400 if len(fields) == 2 else 20001, "Only Status=canceled or an empty Body changes a message")
    if "Body" in fields:
        stored.fields["Body"] = ""
    elif stored.state(account.now()) is TextState.SCHEDULED:
        account.outbox.cancel(stored)
    else:
        raise Refusal(30409, "The message can no longer be cancelled")
    return web.json_response(account.shown(stored))


async def delete(request: web.Request, account: Account) -> web.Response:
    """Delete a message that has its last status."""
    stored = account.message(request.match_info["sid"])
    if account.shown(stored)["status"] not in _FINAL:
        raise Refusal(20009, "The message has not reached its last status")
    account.outbox.delete(stored)
    return web.Response(status=204)


async def balance(_request: web.Request, account: Account) -> web.Response:
    """Show what is left."""
    return web.json_response({"account_sid": ACCOUNT_SID, "balance": account.balance, "currency": "USD"})


async def _read_form(request: web.Request, allowed: set[str]) -> dict[str, Any]:
    """Return the fields of a form; those that may be there several times are lists."""
    form = await request.post()
    if request.query or not form.keys() <= allowed or any(len(form.getall(name)) > 1 for name in form.keys() - _LISTS):
        raise Refusal(20001, "A parameter is unknown, repeated, or not in a form")
    return {name: form.getall(name) if name in _LISTS else form[name] for name in form}


def _check(fields: Mapping[str, Any]) -> None:
    """Refuse a message that the vendor would refuse; every number is the account's own."""
    to, sender, service = (fields.get(name, "") for name in ("To", "From", "MessagingServiceSid"))
    text, media, fault = fields.get("Body", ""), fields.get("MediaUrl", []), fault_for(to)
    magic = _TO.get(to) or _FROM.get(sender) or 0
    wrong = {
        (21604, "A 'To' number is required"): not to,
        (magic, "A magic number asks for this error"): magic,
        (20003, "The account is suspended"): fault is Fault.NO_CREDIT,  # PRESUMED: no page shows one without credit
        (21211, "The 'To' number is not valid"): not re.fullmatch(_NUMBER, to) or to == sender or fault,
        (21603, "A 'From' number or a messaging service is required"): not sender and not service,
        (21212, "The 'From' number is not valid"): sender and not re.fullmatch(_SENDER, sender),
        (20001, "MessagingServiceSid is not valid"): service and not re.fullmatch("MG[0-9a-fA-F]{32}", service),
        (21602, "A text, media or content is required"): not (text or media or "ContentSid" in fields),
        (21617, "The text has more than 1600 characters"): len(text) > 1600,
        (21623, "There are more than ten media URLs"): len(media) > 10,
        (21620, "A media URL is not valid"): not all(re.match("https?://.", url) for url in media),
        (90007, "ValidityPeriod is 1 to 36000"): not re.fullmatch(_VALIDITY, fields.get("ValidityPeriod", "1")),
    }
    for code, reason in (each for each, refused in wrong.items() if refused):
        raise Refusal(code, reason)


def _scheduled_at(fields: Mapping[str, Any], now: datetime) -> datetime | None:
    """Return when a message is to be sent, None for at once."""
    if not {"ScheduleType", "SendAt"} & fields.keys():
        return None
    if "MessagingServiceSid" not in fields:
        raise Refusal(35118, "Only a messaging service schedules messages")
    try:
        at = datetime.strptime(fields.get("SendAt", ""), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Refusal(35114, "SendAt is missing or no time") from None
    if fields.get("ScheduleType") != "fixed" or not timedelta(seconds=300) < at - now <= timedelta(days=35):
        raise Refusal(35115, "SendAt is not between 300 seconds and 35 days ahead")
    return at


def _passes(shown: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    """Whether a message passes the filters; one that is not sent has no day."""
    sent = str(parsedate_to_datetime(shown["date_sent"]).date()) if shown["date_sent"] else ""
    numbers = all(shown[name.lower()] == query.get(name, shown[name.lower()]) for name in ("To", "From"))
    days = query.get("DateSent>", sent) <= sent <= query.get("DateSent<", sent) and sent == query.get("DateSent", sent)
    return numbers and days and bool(sent or not _DAYS & query.keys())
