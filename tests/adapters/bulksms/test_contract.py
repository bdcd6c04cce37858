from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from attrs import evolve

from smsgate import (
    Answer,
    DeliveryReport,
    InsufficientCreditError,
    InvalidRecipientError,
    InvalidSenderError,
    OptedOutError,
    PermissionDeniedError,
    RejectedError,
    Reply,
    Request,
    Status,
    WebhookCall,
)
from smsgate.testing import AdapterContract, Answers, Refusal, ShownText, WebhookExample, answer, json_call
from smsgate_bulksms import BulkSms

ID = "3011248021500092416"
CALLS = Path(__file__).parent / "calls"
NOW = "2026-11-29T10:00:00Z"


def shown(id_: str = ID, status: str = "DELIVERED", **others: object) -> dict[str, object]:
    """Return a message as GET /messages shows it; a status is a type, or a type and its subtype."""
    kind, _, subtype = status.partition(".")
    return {
        "id": id_,
        "type": "SENT",
        "from": "27600000000",
        "to": "27821234567",
        "body": "Your code is 4711",
        "encoding": "TEXT",
        "protocolId": 0,
        "messageClass": 2,
        "numberOfParts": 1,
        "creditCost": 1.0,
        "submission": {"id": "2-00000000000522347562", "date": NOW},
        "status": {"id": f"{kind}.{subtype or 'null'}", "type": kind, "subtype": subtype or None},
        "userSuppliedId": "order-4711",
        **others,
    }


RECEIVED: dict[str, object] = {
    **shown("3011248021500092500", body="Yes", userSuppliedId=None, relatedSentMessageId=ID),
    "type": "RECEIVED",
    "from": "27821234567",
    "to": "27600000000",
}


def accepted(request: Request) -> Answer:
    """Return one message for each entry; the answer to a submission has no cost and no parts (SPEC)."""
    entries: Any = request.json
    status = "SCHEDULED" if "schedule-date" in request.query else "ACCEPTED"
    return answer(201, [sent(entry, str(int(ID) + place), status) for place, entry in enumerate(entries)])


def sent(entry: dict[str, Any], id_: str, status: str) -> dict[str, object]:
    fields = {"creditCost": None, "numberOfParts": None, "userSuppliedId": entry.get("userSuppliedId")}
    return shown(id_, status, to=entry["to"][0]["address"].removeprefix("+"), body=entry["body"], **fields)


def listed(request: Request) -> Answer:
    """Return the one page that there is of the messages of a kind."""
    wanted = str(request.query.get("filter", ""))
    message = RECEIVED if "type=RECEIVED" in wanted else shown()
    return answer(200, [] if f"id<{message['id']}" in wanted else [message])


def blocked(request: Request) -> Answer:
    """Return the one blocked number, unless those after it are asked for."""
    after = int(str(request.query["min-id"])) > 234
    return answer(200, [] if after else [{"id": 234, "phoneNumber": "27821234567"}])


def error(status: int, code: str, title: str, detail: str | None = None) -> Answer:
    kind = f"https://developer.bulksms.com/json/v1/errors#{code}"
    return answer(status, {"type": kind, "title": title, "status": status, "detail": detail})


def refused(detail: str) -> Answers:
    return {"POST messages": error(400, "bad-request", "Bad Request", detail)}


def called(name: str, event: str | None = None) -> WebhookCall:
    """Return a call from its file, with the header that says what it is."""
    call = json_call(json.loads((CALLS / f"{name}.json").read_text(encoding="utf-8")))
    headers = [("x-bulksms-event", event)] if event else []
    return evolve(call, headers=[*call.headers, *headers])


class TestBulkSms(AdapterContract):
    adapter = BulkSms
    settings: ClassVar = {"token_id": "BBDE1B476E03498A-01-B", "token_secret": "s3cret-of-the-tests"}
    secrets = ("token_secret",)
    message_id = ID
    recorded: ClassVar = {
        "POST messages": accepted,
        "GET messages": listed,
        f"GET messages/{ID}": answer(200, shown()),
        "GET blocked-numbers": blocked,
        "GET profile": answer(200, {"id": "1", "credits": {"balance": 12.5}, "quota": {"size": 500, "remaining": 499}}),
    }
    refusals: ClassVar = {
        "no credit": Refusal(
            {"POST messages": error(403, "insufficient-credits", "Insufficient Credits")},
            InsufficientCreditError,
            code="insufficient-credits",
        ),
        "a quota that is used up": Refusal(
            {"POST messages": error(403, "quota-exceeded", "Forbidden", "The daily quota is used up")},
            PermissionDeniedError,
            code="quota-exceeded",
        ),
        "a bad number": Refusal(refused("The phone number is not valid"), InvalidRecipientError, code="bad-request"),
        "a bad sender": Refusal(refused("The sender is not allowed"), InvalidSenderError, code="bad-request"),
        "anything else": Refusal(refused("'body' is too long"), RejectedError, code="bad-request"),
        "a code that is new": Refusal(
            {"POST messages": error(400, "on-the-moon", "On The Moon")}, RejectedError, code="on-the-moon"
        ),
        "a number that is blocked, in a 201": Refusal(
            {"POST messages": answer(201, [shown(status="FAILED.BLOCKED")])}, OptedOutError, code="FAILED.BLOCKED"
        ),
        "no route, in a 201": Refusal(
            {"POST messages": answer(201, [shown(status="FAILED.NOT_SENT")])}, InvalidRecipientError
        ),
    }
    statuses: ClassVar = {
        "ACCEPTED": Status.QUEUED,
        "SCHEDULED": Status.SCHEDULED,
        "SENT": Status.SENT,
        "DELIVERED": Status.DELIVERED,
        "UNKNOWN": Status.UNKNOWN,
        "FAILED": Status.FAILED,
        "FAILED.EXPIRED": Status.EXPIRED,
        "FAILED.HANDSET_ERROR": Status.UNDELIVERED,
        "FAILED.BLOCKED": Status.REJECTED,
        "FAILED.NOT_SENT": Status.FAILED,
        "FAILED.ON_THE_MOON": Status.FAILED,
    }
    endless: ClassVar = {
        "messages.list": {"GET messages": answer(200, [shown()])},
        "replies": {"GET messages": answer(200, [RECEIVED])},
        "opt_outs.list": {"GET blocked-numbers": answer(200, [{"id": 234, "phoneNumber": "27821234567"}])},
    }
    filtered: ClassVar = {"replies": {"GET messages": answer(200, [shown("3011248021500099999")])}}
    webhooks: ClassVar = {
        "a report": WebhookExample(
            called("status_report"),
            DeliveryReport(
                message_id=ID,
                status=Status.EXPIRED,
                raw_status="FAILED.EXPIRED",
                reason="expired",
                reference="order-4711",
            ),
        ),
        "a reply": WebhookExample(
            called("incoming_message"),
            Reply(
                message_id="3011248021500092500",
                sender="+27821234567",
                to="+27600000000",
                text="STOP",
                in_reply_to=ID,
                received_at=datetime(2026, 11, 29, 10, 5, tzinfo=UTC),
            ),
        ),
        "a report as the page on webhooks shows it": WebhookExample(
            called("nested_message", "status-report"),
            DeliveryReport(
                message_id=ID,
                status=Status.SENT,
                raw_status="SENT",
                reason="given to the network",
                reference="order-4711",
            ),
        ),
        "a reply as the page on webhooks shows it": WebhookExample(
            called("nested_message", "incoming-message"),
            Reply(
                message_id=ID,
                sender="+27600000000",
                to="+27821234567",
                text="Hello",
                received_at=datetime(2026, 11, 29, 10, 0, tzinfo=UTC),
            ),
        ),
        "the array of a new address": WebhookExample(json_call([]), ()),
    }

    def with_status(self, word: str) -> Answers:
        return {f"GET messages/{ID}": answer(200, shown(status=word)), "GET messages": answer(200, [])}

    def with_texts(self, texts: Sequence[ShownText]) -> Answers:
        messages = [
            shown(
                text.message_id,
                body=text.text,
                to=text.to.removeprefix("+"),
                userSuppliedId=text.reference,
                submission={"id": "2-1", "date": text.sent_at.isoformat()},
            )
            for text in texts
        ]
        return {"GET messages": lambda request: answer(200, [] if "id<" in str(request.query) else messages)}
