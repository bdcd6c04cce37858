"""What is checked in a request, more strictly than the vendor may do it, and the problem document of a refusal."""

import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from aiohttp import web

PARAMETERS = {"account_id", "product", "direction", "id", "date_start", "date_end", "include_message", "cursor", "iv"}
IV = "c2FuZGJveC1pdg"
KEY, SECRET = "abcd1234", "vonage-sandbox-secret"
BASIC = f"Basic {b64encode(f'{KEY}:{SECRET}'.encode()).decode()}"
LINK = "https://developer.nexmo.com/api-errors"
FIELDS = {"message_type", "channel", "to", "from", "client_ref", "ttl", "webhook_url", "webhook_version", "sms"}
KINDS = {"sms": {"text"}, "mms": {"image", "audio", "video", "vcard"}}
TTL = {"sms": range(20, 604_801), "mms": range(300, 259_201)}
NUMBER, NAME = re.compile(r"[1-9][0-9]{6,14}"), re.compile(r"[A-Za-z0-9]{1,11}")


_Reasons = Mapping[str, str]


class RefusedError(Exception):
    """A request that is answered with an error; `code` is the end of its link, `wrong` has parameters with reasons."""

    def __init__(self, status: int, code: str, title: str, detail: str = "", wrong: _Reasons | None = None) -> None:
        super().__init__(title)
        problem = {"type": LINK + code, "title": title, "detail": detail or title, "instance": uuid4().hex}
        parameters = [{"name": name, "reason": reason} for name, reason in (wrong or {}).items()]
        more = {"invalid_parameters": parameters} if parameters else {}
        self.answer = web.json_response({**problem, **more}, status=status)


def refused(code: int, title: str, wrong: _Reasons | None = None) -> RefusedError:
    """Return the refusal of a message, with a code of the vendor's list."""
    return RefusedError(422, f"/messages-olympus#{code}", title, wrong=wrong)


async def read_object(request: web.Request) -> dict[str, Any]:
    """Return the JSON object of a request."""
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict) or request.content_type != "application/json":
        raise RefusedError(422, "#invalid-json", "The request body did not contain valid JSON")
    return body


def check_message(body: dict[str, Any]) -> None:
    """Refuse a message that the description does not have."""
    channel, kind, to, sender = (str(body.get(name) or "") for name in ("channel", "message_type", "to", "from"))
    content, ttl, unknown = body.get(kind), body.get("ttl", 300), body.keys() - FIELDS - {kind}
    is_text = kind == "text" and isinstance(content, str) and 1 <= len(content) <= 1000
    is_file = kind != "text" and isinstance(content, dict) and str(content.get("url")).startswith("http")
    checks: list[tuple[object, int, str, _Reasons]] = [
        (channel in KINDS, 1400, "Unsupported channel", {}),
        (kind in KINDS.get(channel, ()), 1440, "Invalid message type", {}),
        (NUMBER.fullmatch(to), 1430, "Invalid recipient", {}),
        (NUMBER.fullmatch(sender) or NAME.fullmatch(sender), 1420, "Invalid sender", {}),
        (len(str(body.get("client_ref", ""))) <= 40, 1450, "Invalid client reference", {}),
        (not unknown, 1020, "Invalid params", dict.fromkeys(unknown, "is not allowed")),
        (is_text or is_file, 1020, "Invalid params", {kind: "must have 1 to 1000 characters, or a url"}),
        (type(ttl) is int and ttl in TTL.get(channel, ()), 1020, "Invalid params", {"ttl": "is out of bounds"}),
    ]
    for fits, code, title, wrong in checks:
        if not fits:
            raise refused(code, title, wrong)


def check_query(query: Mapping[str, str]) -> None:
    """Refuse a query that the description does not have."""
    for name in query.keys() - PARAMETERS:
        raise invalid(name, "Unknown parameter")
    if query.get("account_id") != KEY:
        raise RefusedError(403, "/reports#forbidden", "Forbidden", "User not authorized to query the requested data")
    for name, words in {"product": {"SMS", "MESSAGES"}, "direction": {"inbound", "outbound"}}.items():
        if query.get(name) not in words:
            raise invalid(name, "Missing required parameter")
    dates = len({"date_start", "date_end"} & query.keys())
    if dates != (0 if "id" in query else 2) or query.get("id", "").count(",") > 19:
        raise invalid("id", "must be up to 20 ids alone, or date_start and date_end")
    if "cursor" in query and query.get("iv") != IV:
        raise invalid("iv", "must be the one of the cursor")


def invalid(name: str, reason: str) -> RefusedError:
    """Return the refusal of a parameter of a query."""
    return RefusedError(422, "/reports#invalid-parameters", "Unprocessable entity", wrong={name: reason})


def moment(query: Mapping[str, str], name: str) -> datetime:
    """Return a moment of a query."""
    try:
        return datetime.strptime(query[name], "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        raise invalid(name, "must be such as 2017-12-01T00:00:00+0000") from None
