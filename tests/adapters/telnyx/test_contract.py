from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar

from attrs import evolve
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from smsgate import (
    Answer,
    DeliveryReport,
    InsufficientCreditError,
    InvalidRecipientError,
    InvalidSenderError,
    NotSentError,
    OptedOutError,
    PermissionDeniedError,
    RateLimitedError,
    RejectedError,
    Reply,
    Request,
    Status,
    VendorEvent,
    WebhookCall,
)
from smsgate.testing import AdapterContract, Answers, Refusal, ShownText, WebhookExample, answer, json_call
from smsgate_telnyx import Telnyx

KEY, ANOTHER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))
PUBLIC_KEY = b64encode(KEY.public_key().public_bytes_raw()).decode()
ID = "40385f64-5717-4562-b3fc-2c963f66afa6"
TWIN = "50385f64-5717-4562-b3fc-2c963f66afa7"
REPLY_ID = "84cca175-9755-4859-b67f-4730d7f58aa3"
NUMBER = "+13125550001"
PROFILE = "4000eba1-a0c0-4563-9925-b25e842a7cb6"
WEBHOOK = "https://example.com/sms/an-account/"

MESSAGE: dict[str, object] = {
    "record_type": "message",
    "direction": "outbound",
    "id": ID,
    "type": "SMS",
    "messaging_profile_id": PROFILE,
    "from": {"phone_number": NUMBER, "carrier": "TELNYX LLC", "line_type": "VoIP"},
    "to": [{"phone_number": "+27821234567", "status": "queued", "carrier": "", "line_type": "Wireless"}],
    "text": "Your code is 4711",
    "media": [],
    "webhook_url": None,
    "encoding": "GSM-7",
    "parts": 1,
    "tags": [],
    "cost": {"amount": "0.0051", "currency": "USD"},
    "received_at": "2026-11-29T20:16:07.503+00:00",
    "sent_at": None,
    "completed_at": None,
    "valid_until": "2026-11-30T00:16:07.503+00:00",
    "errors": [],
}
INBOUND: dict[str, object] = {
    **MESSAGE,
    "direction": "inbound",
    "id": REPLY_ID,
    "from": {"phone_number": "+27821234567", "status": "webhook_delivered"},
    "to": [{"phone_number": NUMBER, "status": "webhook_delivered"}],
    "text": "Yes please",
}
RECORD: dict[str, object] = {
    "record_type": "message_detail_record",
    "uuid": ID,
    "direction": "outbound",
    "cli": NUMBER,
    "cld": "+27821234567",
    "status": "delivered",
    "parts": 1,
    "cost": "0.0051",
    "currency": "USD",
    "errors": [],
    "created_at": "2026-11-29T20:16:07Z",
    "sent_at": "2026-11-29T20:16:09Z",
}
BALANCE = {
    "record_type": "balance",
    "balance": "300.00",
    "available_credit": "400.00",
    "credit_limit": "100.00",
    "pending": "10.00",
    "currency": "USD",
}


def with_word(word: str, *errors: dict[str, str]) -> dict[str, object]:
    return {**MESSAGE, "to": [{"phone_number": "+27821234567", "status": word}], "errors": [*errors]}


def taken(request: Request) -> Answer:
    body = request.json
    assert isinstance(body, dict)
    return answer(200, {"data": with_word("scheduled" if "send_at" in body else "queued")})


BLOCK = {
    "to": "+27821234567",
    "from": "+13125550001",
    "keyword": "STOP",
    "messaging_profile_id": PROFILE,
    "created_at": "2025-04-28 12:00:38.631252+00:00",
}


def event(kind: str, payload: object, number: int = 1) -> dict[str, object]:
    return {
        "event_type": kind,
        "id": f"b301ed3f-1490-491f-995f-6e64e69674{number:02}",
        "occurred_at": "2026-11-29T20:16:07.588+00:00",
        "payload": payload,
        "record_type": "event",
    }


def call(kind: str, payload: object) -> WebhookCall:
    meta = {"attempt": 1, "delivered_to": f"{WEBHOOK}secret"}
    return json_call({"data": event(kind, payload), "meta": meta})


def listed(*entries: object, pages: int = 1, page: int = 1) -> dict[str, object]:
    meta = {"page_number": page, "page_size": 250, "total_pages": pages, "total_results": len(entries)}
    return {"data": [*entries], "meta": meta}


def delivery(kind: str, payload: object) -> dict[str, object]:
    webhook = event(kind, payload)
    return {"id": REPLY_ID, "status": "delivered", "record_type": "webhook_delivery", "webhook": webhook}


def refused(status: int, code: str, title: str = "No") -> Answers:
    return {"POST messages": answer(status, {"errors": [{"code": code, "title": title, "detail": f"{title}, sorry"}]})}


def shown(text: ShownText) -> dict[str, object]:
    recipient = {"phone_number": text.to, "status": "delivered"}
    at = text.sent_at.isoformat()
    payload = {**MESSAGE, "id": text.message_id, "to": [recipient], "text": text.text, "received_at": at}
    return delivery("message.finalized", payload)


def signed(call: WebhookCall, at: datetime, key: Ed25519PrivateKey) -> WebhookCall:
    time = f"{at.timestamp():.0f}"
    signature = b64encode(key.sign(f"{time}|".encode() + call.body)).decode()
    added = (("telnyx-signature-ed25519", signature), ("telnyx-timestamp", time))
    return evolve(call, headers=(*call.headers, *added))


class TestTelnyx(AdapterContract):
    adapter = Telnyx
    settings: ClassVar = {
        "api_key": "KEY0123-of-the-tests",
        "public_key": PUBLIC_KEY,
        "messaging_profile_id": PROFILE,
    }
    secrets = ("api_key",)
    message_id = ID
    shown_ids = (ID, TWIN)
    recorded: ClassVar = {
        "POST messages": taken,
        f"GET messages/{ID}": answer(200, {"data": MESSAGE}),
        "GET balance": answer(200, {"data": BALANCE}),
        "GET detail_records": answer(200, listed(RECORD)),
        "GET webhook_deliveries": answer(200, listed(delivery("message.received", INBOUND))),
        "GET messaging_optouts": answer(200, listed(BLOCK)),
    }
    refusals: ClassVar = {
        "an opt-out": Refusal(refused(400, "40300", "Blocked due to STOP message"), OptedOutError, code="40300"),
        "no credit": Refusal(refused(402, "20100"), InsufficientCreditError, code="20100"),
        "too fast": Refusal(refused(429, "10011"), RateLimitedError, code="10011"),
        "the profile's limit of a day": Refusal(refused(429, "40333"), NotSentError, code="40333"),
        "a queue that is full": Refusal(refused(429, "40318"), NotSentError, code="40318"),
        "a number that is none": Refusal(refused(400, "40310"), InvalidRecipientError, code="40310"),
        "a sender of another account": Refusal(refused(400, "40305"), InvalidSenderError, code="40305"),
        "a country that is not allowed": Refusal(refused(403, "40309"), PermissionDeniedError, code="40309"),
        "a text that is too long": Refusal(refused(400, "40302"), RejectedError, code="40302"),
        "a code that is new": Refusal(refused(422, "49999"), RejectedError, code="49999"),
    }
    statuses: ClassVar = {
        "scheduled": Status.SCHEDULED,
        "queued": Status.QUEUED,
        "sending": Status.QUEUED,
        "sent": Status.SENT,
        "delivered": Status.DELIVERED,
        "delivery_failed": Status.UNDELIVERED,
        "sending_failed": Status.FAILED,
        "expired": Status.EXPIRED,
        "cancelled": Status.CANCELLED,
        "delivery_unconfirmed": Status.UNKNOWN,
    }
    endless: ClassVar = {
        "messages.list": {"GET detail_records": answer(200, listed(RECORD, pages=100_000))},
        "replies": {
            "GET webhook_deliveries": answer(200, listed(delivery("message.received", INBOUND), pages=100_000))
        },
        "opt_outs.list": {"GET messaging_optouts": answer(200, listed(BLOCK, pages=100_000))},
    }
    filtered: ClassVar = {
        "replies": {"GET webhook_deliveries": answer(200, listed(delivery("message.sent", MESSAGE), pages=100_000))},
    }
    webhooks: ClassVar = {
        "a message that was sent": WebhookExample(
            call("message.sent", with_word("sent")),
            DeliveryReport(message_id=ID, status=Status.SENT, raw_status="sent"),
        ),
        "a message that arrived": WebhookExample(
            call("message.finalized", with_word("delivered")),
            DeliveryReport(message_id=ID, status=Status.DELIVERED, raw_status="delivered"),
        ),
        "a message that was blocked": WebhookExample(
            call("message.finalized", with_word("delivery_failed", {"code": "40300", "title": "Blocked due to STOP"})),
            DeliveryReport(
                message_id=ID,
                status=Status.UNDELIVERED,
                raw_status="delivery_failed",
                reason="40300 Blocked due to STOP",
            ),
        ),
        "a message that waited too long": WebhookExample(
            call("message.finalized", with_word("sending_failed", {"code": "40014", "title": "Expired in queue"})),
            DeliveryReport(
                message_id=ID, status=Status.EXPIRED, raw_status="sending_failed", reason="40014 Expired in queue"
            ),
        ),
        "a reply": WebhookExample(
            call("message.received", INBOUND),
            Reply(
                message_id=REPLY_ID,
                sender="+27821234567",
                text="Yes please",
                to=NUMBER,
                received_at=datetime(2026, 11, 29, 20, 16, 7, 503000, UTC),
            ),
        ),
        "a reply that Telnyx took for STOP": WebhookExample(
            call("message.received", {**INBOUND, "text": "Arret", "autoresponse_type": "STOP"}),
            (
                Reply(
                    message_id=REPLY_ID,
                    sender="+27821234567",
                    text="Arret",
                    to=NUMBER,
                    received_at=datetime(2026, 11, 29, 20, 16, 7, 503000, UTC),
                ),
                VendorEvent(kind="autoresponse.STOP", raw={}),
            ),
        ),
        "a spend limit": WebhookExample(
            call("messaging-profile.spend-limit-reached", {"messaging_profile_id": PROFILE}),
            VendorEvent(kind="messaging-profile.spend-limit-reached", raw={}),
        ),
    }

    def with_status(self, word: str) -> Answers:
        return {f"GET messages/{ID}": answer(200, {"data": with_word(word)})}

    def with_texts(self, texts: Sequence[ShownText]) -> Answers:
        return {"GET webhook_deliveries": answer(200, listed(*map(shown, texts)))}

    def signed(self, call: WebhookCall, at: datetime, *, by_another: bool = False) -> WebhookCall:
        return signed(call, at, ANOTHER if by_another else KEY)
