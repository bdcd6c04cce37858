from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import NAMESPACE_DNS, uuid5

import pytest
from attrs import evolve

from smsgate import (
    Answer,
    DeliveryReport,
    InsufficientCreditError,
    InvalidRecipientError,
    InvalidSenderError,
    Message,
    OptedOutError,
    PermissionDeniedError,
    RejectedError,
    Reply,
    Request,
    Status,
    VendorEvent,
    WebhookCall,
)
from smsgate.testing import AdapterContract, Answers, Refusal, ShownText, WebhookExample, answer, json_call
from smsgate_vonage import Vonage
from tests.adapters.vonage.callbacks import KEY, REPLY, SECRET, STATUS, UUID, rejected, token

RECORD: dict[str, object] = {
    "account_id": KEY,
    "message_id": UUID,
    "client_ref": "order-4711",
    "direction": "outbound",
    "from": "27600000000",
    "to": "27821234567",
    "message_body": "Your code is 4711",
    "status": "delivered",
    "error_code": None,
    "date_received": "2024-03-10T10:00:00+0000",
    "date_finalized": "2024-03-10T10:00:04+0000",
    "total_price": "0.0333",
    "currency": "EUR",
}


PRICES: dict[str, object] = {
    "page_size": "100",
    "page": "1",
    "total_items": "1",
    "total_pages": "1",
    "_embedded": {
        "countries": [
            {
                "country_name": "South Africa",
                "dialing_prefix": "27",
                "dest_network_type": "ALL",
                "group_internal_start": "1s",
                "rate_increment": "1",
                "currency": "EUR",
                "price": "0.0209",
            }
        ]
    },
}


def listed(*records: dict[str, object], **more: object) -> dict[str, object]:
    return {
        "_links": {"self": {"href": "https://api.nexmo.com/v2/reports/records?product=MESSAGES"}},
        "request_id": "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
        "request_status": "SUCCESS",
        "received_at": "2024-03-10T10:10:00+0000",
        "items_count": len(records),
        "records": [*records],
        **more,
    }


def of_messages(*records: dict[str, object]) -> Answers:
    """Show records among those of Messages, and none among those of SMS."""

    def say(request: Request) -> Answer:
        return answer(200, listed(*(records if request.query["product"] == "MESSAGES" else ())))

    return {"GET v2/reports/records": say}


def problem(status: int, code: str, title: str = "Some title", **more: object) -> Answers:
    body = {
        "type": f"https://developer.nexmo.com/api-errors/messages-olympus#{code}",
        "title": title,
        "detail": "Some detail",
        "instance": "bf0ca0bf927b3b52e3cb03217e1a1ddf",
        **more,
    }
    return {"POST v1/messages": answer(status, body)}


def shown(text: ShownText) -> dict[str, object]:
    return {
        **RECORD,
        "message_id": text.message_id,
        "client_ref": text.reference,
        "to": text.to.removeprefix("+"),
        "date_received": text.sent_at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
    }


TRUNCATED = {
    "GET v2/reports/records": answer(200, listed(RECORD, request_status="TRUNCATED", cursor="Vww_x", iv="QnJ"))
}


@pytest.fixture(autouse=True)
def _few_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """List two days where no first day is asked for: each has four lists, and the kit reads them a thousand times."""
    monkeypatch.setattr("smsgate_vonage.messages.LISTED", timedelta(days=2))


class TestVonage(AdapterContract):
    adapter = Vonage
    settings: ClassVar = {"api_key": KEY, "api_secret": "s3cret-of-the-tests", "signature_secret": SECRET}
    secrets = ("api_secret", "signature_secret")
    message_id = UUID
    message = Message(
        "+27821234567", "Your code is 4711", reference="order-4711", campaign="codes", sender="+27600000000"
    )
    recorded: ClassVar = {
        "POST v1/messages": answer(202, {"message_uuid": UUID}),
        **of_messages(RECORD),
        "GET v2/account/pricing/sms-outbound": answer(200, PRICES),
        "GET account/get-balance": answer(200, {"value": 10.28, "autoReload": False}),
        "POST v1/redact/transaction": answer(204, text=""),
    }
    refusals: ClassVar = {
        "a sender": Refusal(problem(422, "1120", "Invalid sender"), InvalidSenderError, code="1120"),
        "a number": Refusal(problem(422, "110", "Invalid recipient"), InvalidRecipientError, code="110"),
        "a number by its code": Refusal(problem(422, "1430"), InvalidRecipientError, code="1430"),
        "the parameter of the number": Refusal(
            problem(422, "1150", "Invalid params", invalid_parameters=[{"name": "to", "reason": "too short"}]),
            InvalidRecipientError,
            code="1150",
        ),
        "a channel, with the code of a failure": Refusal(
            problem(422, "1100", "Unsupported channel"), RejectedError, code="1100"
        ),
        "a reference, with the code of a barred account": Refusal(
            problem(422, "1060", "Invalid client reference"), RejectedError, code="1060"
        ),
        "JSON": Refusal(problem(422, "invalid-json", "No JSON"), RejectedError, code="invalid-json"),
        "an opt-out": Refusal(problem(422, "1240"), OptedOutError, code="1240"),
        "a demo account": Refusal(problem(422, "1160"), PermissionDeniedError, code="1160"),
        "a barred account": Refusal(problem(403, "1060"), PermissionDeniedError, code="1060"),
        "no product": Refusal(problem(401, "unprovisioned"), PermissionDeniedError, code="unprovisioned"),
        "no credit": Refusal(problem(402, "low-balance", "Low balance"), InsufficientCreditError, code="402"),
        "no quota": Refusal(problem(422, "1070"), InsufficientCreditError, code="1070"),
        "a code that nobody knows": Refusal(problem(422, "1999"), RejectedError, code="1999"),
    }
    statuses: ClassVar = {
        "submitted": Status.SENT,
        "delivered": Status.DELIVERED,
        "rejected": Status.REJECTED,
        "undeliverable": Status.FAILED,
        "accepted": Status.QUEUED,
        "buffered": Status.QUEUED,
        "expired": Status.EXPIRED,
        "failed": Status.FAILED,
        "unknown": Status.UNKNOWN,
    }
    endless: ClassVar = {"messages.list": TRUNCATED}
    webhooks: ClassVar = {
        "a delivery report": WebhookExample(
            json_call(STATUS),
            DeliveryReport(message_id=UUID, status=Status.DELIVERED, raw_status="delivered", reference="order-4711"),
        ),
        "an opt-out that is found later": WebhookExample(
            json_call(rejected("1240")),
            DeliveryReport(
                message_id=UUID,
                status=Status.REJECTED,
                raw_status="rejected",
                reason="the recipient opted out (1240: No reason)",
                reference="order-4711",
            ),
        ),
        "a reply": WebhookExample(
            json_call(REPLY),
            Reply(
                message_id="aaaaaaaa-bbbb-4ccc-dddd-0123456789ac",
                sender="+27821234567",
                to="+27600000000",
                text="Yes, please",
                received_at=datetime(2024, 3, 10, 10, 1, tzinfo=UTC),
            ),
        ),
        "a message of another channel": WebhookExample(
            json_call({**REPLY, "channel": "whatsapp"}), VendorEvent(kind="whatsapp", raw={})
        ),
    }

    def with_status(self, word: str) -> Answers:
        return of_messages({**RECORD, "status": word})

    def with_texts(self, texts: Sequence[ShownText]) -> Answers:
        return of_messages(*map(shown, texts))

    def signed(self, call: WebhookCall, at: datetime, *, by_another: bool = False) -> WebhookCall:
        secret = "signature-secret-of-another-of-the-accounts" if by_another else SECRET
        jti = str(uuid5(NAMESPACE_DNS, call.body.hex()))
        bearer = f"Bearer {token(call.body, at, secret, jti=jti)}"
        return evolve(call, headers=[*call.headers, ("authorization", bearer)])
