"""What is checked in a request, more strictly than the vendor may do it, and the problem document of a refusal."""

import re
from base64 import b64encode
from typing import Any
from uuid import uuid4

from aiohttp import web

KEY, SECRET = "abcd1234", "vonage-sandbox-secret"
LINK = "https://developer.nexmo.com/api-errors"
FIELDS = {"message_type", "channel", "to", "from", "client_ref", "ttl", "webhook_url", "webhook_version", "sms"}
KINDS = {"sms": {"text"}, "mms": {"image", "audio", "video", "vcard"}}
TTL = {"sms": range(20, 604_801), "mms": range(300, 259_201)}
NUMBER, NAME = re.compile(r"[1-9][0-9]{6,14}"), re.compile(r"[A-Za-z0-9]{1,11}")


class RefusedError(Exception):
    """A request that is answered with an error; `code` is the end of its link."""

    def __init__(self, status: int, code: str, title: str, detail: str = "", **more: object) -> None:
        super().__init__(title)
        self.status = status
        self.body = {"type": LINK + code, "title": title, "detail": detail or title, "instance": uuid4().hex, **more}

    def answer(self) -> web.Response:
        """Return the answer."""
        return web.json_response(self.body, status=self.status)


def refused(code: int, title: str) -> RefusedError:
    """Return the refusal of a message, with a code of the vendor's list."""
    return RefusedError(422, f"/messages-olympus#{code}", title)


def refused_field(name: str, reason: str) -> RefusedError:
    """Return the refusal of one field."""
    parameters = [{"name": name, "reason": reason}]
    return RefusedError(422, "/messages-olympus#1020", "Invalid params", invalid_parameters=parameters)


def authorize(request: web.Request) -> None:
    """Refuse a request without the account's key and secret."""
    if request.headers.get("Authorization") != f"Basic {b64encode(f'{KEY}:{SECRET}'.encode()).decode()}":
        raise RefusedError(401, "/#unathorized", "You did not provide correct credentials.")


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
    channel, kind, sender = str(body.get("channel")), str(body.get("message_type")), str(body.get("from"))
    if channel not in KINDS:
        raise refused(1400, "Unsupported channel")
    if kind not in KINDS[channel]:
        raise refused(1440, "Invalid message type")
    for name in body.keys() - FIELDS - {kind}:
        raise refused_field(name, "is not allowed")
    if not NUMBER.fullmatch(str(body.get("to"))):
        raise refused(1430, "Invalid recipient")
    if "from" not in body or not (NUMBER.fullmatch(sender) or NAME.fullmatch(sender)):
        raise refused(1420, "Invalid sender")
    if len(str(body.get("client_ref", ""))) > 40:
        raise refused(1450, "Invalid client reference")
    if "ttl" in body and (type(body["ttl"]) is not int or body["ttl"] not in TTL[channel]):
        raise refused_field("ttl", f"must be a whole number from {TTL[channel].start} on")
    content = body.get(kind)
    if kind == "text" and not (isinstance(content, str) and 1 <= len(content) <= 1000):
        raise refused_field("text", "must have 1 to 1000 characters")
    if kind != "text" and not (isinstance(content, dict) and str(content.get("url")).startswith("http")):
        raise refused_field(f"{kind}.url", "is required")
