"""Send, show and cancel messages. The sandbox refuses a field that the API description does not have."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from smsgate.sandbox import Fault, Notification, StoredText, TextState, fault_for
from smsgate_telnyx_sandbox.account import NUMBER, PROFILE, SHORT_CODE, Account
from smsgate_telnyx_sandbox.answers import Refusal

_TEXTS = "to from messaging_profile_id text subject type encoding send_at webhook_url webhook_failover_url"
_FIELDS = {**dict.fromkeys(_TEXTS.split(), str), "media_urls": list, "auto_detect": bool, "use_profile_webhooks": bool}
_DOUBLE = "^{}\\[~]|€"
_GSM = set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ÄÖÑÜ§¿äöñüà" + _DOUBLE)
_GSM |= {chr(code) for first in "aA" for code in range(ord(first), ord(first) + 26)}
_SOONEST, _LATEST, _LAST_CANCEL = timedelta(minutes=5), timedelta(days=5), timedelta(minutes=1)


async def send(request: web.Request, account: Account, notify: Callable[[Notification], None]) -> dict[str, Any]:
    """Send a message, or schedule it 5 minutes to 5 days ahead."""
    body = _checked(await request.read())
    to, text, media = body.get("to", ""), body.get("text", ""), body.get("media_urls", [])
    options = {"from": _sender(body), "media_urls": media, "webhook_url": body.get("webhook_url"), **_size(text)}
    _check_recipient(account, to)
    if not text and not media:
        raise Refusal(400, "10004", "Missing required parameter: text")
    return account.shown(account.send(to, text, {**options, "at": _at(account, body)}, notify))


async def show(request: web.Request, account: Account) -> dict[str, Any]:
    """Show a message."""
    return account.shown(_named(request, account))


async def cancel(request: web.Request, account: Account) -> dict[str, Any]:
    """Cancel a message that is scheduled for more than a minute from now."""
    stored, now = _named(request, account), account.clock.now()
    if stored.state(now) is not TextState.SCHEDULED or stored.text.at - now <= _LAST_CANCEL:
        raise Refusal(403, "10010", "Not allowed: only a message scheduled over a minute ahead can be cancelled")
    account.outbox.cancel(stored)
    return account.shown(stored)


def _named(request: web.Request, account: Account) -> StoredText:
    if stored := account.outbox.get(request.match_info["id"]):
        return stored
    raise Refusal(404, "10005", "Resource not found: no message has this id")


def _checked(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, "10015", "Bad request: the body is no JSON object")
    for name, value in body.items():
        if name not in _FIELDS or not isinstance(value, _FIELDS[name]):
            raise Refusal(400, "10015", f"Bad request: {name} is unknown or of a wrong type")
    return body


def _sender(body: dict[str, Any]) -> str:
    sender, profile = body.get("from"), body.get("messaging_profile_id")
    numeric = sender is not None and re.fullmatch(r"\+?[0-9]+", sender) is not None
    if profile is None and not numeric:
        raise Refusal(400, "10004", "Missing required parameter: messaging_profile_id")
    if profile not in {None, PROFILE}:
        raise Refusal(400, "40305", "Invalid messaging profile: it is not the account's")
    alphanumeric = sender is None or re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}", sender)
    if sender not in {NUMBER, SHORT_CODE} and not alphanumeric:
        raise Refusal(400, "40305", "Invalid 'from' address: it is not the account's, nor an alphanumeric one")
    return str(sender or NUMBER)


def _check_recipient(account: Account, to: str) -> None:
    fault = fault_for(to)
    if fault is Fault.NO_CREDIT:
        raise Refusal(402, "20100", "Insufficient funds: the balance does not pay for the message")
    if fault is Fault.REFUSE_NUMBER or not re.fullmatch(r"\+[1-9][0-9]{6,14}", to):
        raise Refusal(400, "40310", "Invalid 'to' address: it is no number that can be texted")
    if to in account.opt_outs:
        raise Refusal(400, "40300", "Blocked due to STOP message: the recipient opted out")
    if account.blocked and to.startswith(account.blocked):
        raise Refusal(403, "40309", "Invalid destination region: the country is not on the profile's list")


def _size(text: str) -> dict[str, Any]:
    gsm = set(text) <= _GSM
    units = len(text) + sum(map(text.count, _DOUBLE)) if gsm else len(text.encode("utf-16-le")) // 2
    alone, joined = (160, 153) if gsm else (70, 67)
    if units > 10 * joined:
        raise Refusal(400, "40302", "Message too large: it has over 10 parts")
    return {"encoding": "GSM-7" if gsm else "UCS-2", "parts": 1 if units <= alone else -(-units // joined)}


def _at(account: Account, body: dict[str, Any]) -> datetime | None:
    if "send_at" not in body:
        return None
    try:
        at = datetime.fromisoformat(body["send_at"]).astimezone(UTC)
    except ValueError:
        raise Refusal(400, "10015", "Bad request: send_at is no time") from None
    if not _SOONEST <= at - account.clock.now() <= _LATEST:
        raise Refusal(400, "10015", "Bad request: send_at must be 5 minutes to 5 days ahead")
    return at
