"""Send, show and cancel messages. The sandbox refuses a field that the API description does not have."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from smsgate.sandbox import Fault, StoredText, TextState, fault_for
from smsgate_telnyx_sandbox.account import NUMBER, PROFILE, SHORT_CODE, Account

_TEXTS = "to from messaging_profile_id text subject type encoding send_at webhook_url webhook_failover_url"
_FIELDS = {**dict.fromkeys(_TEXTS.split(), str), "media_urls": list, "auto_detect": bool, "use_profile_webhooks": bool}
_DOUBLE = "^{}\\[~]|€"
_GSM = re.compile(r"[\n\r -_a-~@£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà€]*")
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_SOONEST, _LATEST, _LAST_CANCEL = timedelta(minutes=5), timedelta(days=5), timedelta(minutes=1)


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """End a request with an error of the vendor's: the status, the code, and a detail that begins with a title."""


async def send(request: web.Request, account: Account) -> dict[str, Any]:
    """Send a message, or schedule it 5 minutes to 5 days ahead."""
    body = json.loads(await request.read())
    if wrong := [name for name, value in body.items() if not isinstance(value, _FIELDS.get(name, ()))]:
        raise ValueError(f"{wrong[0]} is unknown or of a wrong type")
    at = datetime.fromisoformat(body["send_at"]).astimezone(UTC) if "send_at" in body else None
    encoding, parts = _size(body.get("text", ""))
    for is_so, *refusal in _reasons(body, at, parts, account):
        if is_so:
            raise Refusal(*refusal)
    fields = {"messaging_profile_id": PROFILE, "encoding": encoding, "parts": parts}
    fields |= {"webhook_url": body.get("webhook_url"), "media": [{"url": url} for url in body.get("media_urls", [])]}
    return {"data": account.send(body["to"], body.get("text", ""), body.get("from", NUMBER), at, fields)}


async def show(request: web.Request, account: Account) -> dict[str, Any]:
    """Show a message."""
    return {"data": account.show(_named(request, account))}


async def cancel(request: web.Request, account: Account) -> dict[str, Any]:
    """Cancel a message that is scheduled for more than a minute from now; it is described without `data` around it."""
    stored, now = _named(request, account), account.clock.now()
    if stored.state(now) is not TextState.SCHEDULED or stored.text.at - now <= _LAST_CANCEL:
        raise Refusal(403, "10010", "Not allowed: only a message scheduled over a minute ahead can be cancelled")
    account.outbox.cancel(stored)
    return account.show(stored)


def _named(request: web.Request, account: Account) -> StoredText:
    if stored := account.outbox.get(request.match_info["id"]):
        return stored
    raise Refusal(404, "10005", "Resource not found: no message has this id")


def _reasons(body: dict[str, Any], at: datetime | None, parts: int, account: Account) -> list[Any]:
    """Return each reason to refuse a message, with whether it is one here; the first that is counts."""
    to, profile, sender = body.get("to", ""), body.get("messaging_profile_id"), body.get("from", "")
    no_profile, fault = profile is None and not re.fullmatch(r"\+?[0-9]+", sender), fault_for(to)
    no_sender = sender not in {"", NUMBER, SHORT_CODE} and not _NAME.fullmatch(sender)
    no_number = fault is Fault.REFUSE_NUMBER or not re.fullmatch(r"\+[1-9][0-9]{6,14}", to)
    soon_or_late = at is not None and not _SOONEST <= at - account.clock.now() <= _LATEST
    return [
        (soon_or_late, 400, "10015", "Bad request: send_at must be 5 minutes to 5 days ahead"),
        (no_profile, 400, "10004", "Missing required parameter: messaging_profile_id"),
        (profile not in {None, PROFILE}, 400, "40305", "Invalid messaging profile: it is not the account's"),
        (no_sender, 400, "40305", "Invalid 'from' address: it is not the account's, nor an alphanumeric one"),
        (fault is Fault.NO_CREDIT, 402, "20100", "Insufficient funds: the balance does not pay for the message"),
        (no_number, 400, "40310", "Invalid 'to' address: it is no number that can be texted"),
        (to in account.opt_outs, 400, "40300", "Blocked due to STOP message: the recipient opted out"),
        (to.startswith(account.blocked), 403, "40309", "Invalid destination region: it is not on the profile's list"),
        (not body.get("text") and not body.get("media_urls"), 400, "10004", "Missing required parameter: text"),
        (parts > 10, 400, "40302", "Message too large: it has over 10 parts"),
    ]


def _size(text: str) -> tuple[str, int]:
    """Return the encoding of a text, and the number of its parts."""
    gsm = _GSM.fullmatch(text)
    units = len(text) + sum(map(text.count, _DOUBLE)) if gsm else len(text.encode("utf-16-le")) // 2
    alone, joined = (160, 153) if gsm else (70, 67)
    return "GSM-7" if gsm else "UCS-2", 1 if units <= alone else -(-units // joined)
