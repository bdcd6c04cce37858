"""Salesbox keeps what smsgate expects of every adapter, with groups and without."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from smsgate import RateLimitedError, RejectedError, Status
from smsgate.testing import AdapterContract, Answers, Refusal, ShownText, answer
from smsgate_salesbox import Salesbox

MESSAGE: dict[str, object] = {
    "id": 1,
    "content": "Your code is 4711",
    "recipient": "+27821234567",
    "status": "sent",
    "sentAt": "2024-01-15T10:00:00+00:00",
    "deliveredAt": "2024-01-15T10:00:05+00:00",
    "createdAt": "2024-01-15T09:55:00+00:00",
    "modifiedAt": "2024-01-15T10:00:05+00:00",
    "createdBy": 1,
    "createdByUser": "John Smith",
    "modifiedBy": 1,
    "modifiedByUser": "John Smith",
    "campaign": {"id": 5, "name": "Appointment Reminders"},
}
CONTACT: dict[str, object] = {
    "id": 1,
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "phone": "+27821234567",
    "company": None,
    "title": None,
    "createdAt": "2024-01-15T10:00:00+00:00",
    "modifiedAt": None,
}
CAMPAIGN: dict[str, object] = {"id": 1, "name": "Friends", "type": "sms", "status": "inactive"}
SENT = "POST text-messages/1/send"


def message(**fields: object) -> dict[str, object]:
    return {"textMessage": {**MESSAGE, **fields}}


def error(code: object, text: str) -> dict[str, object]:
    return {"error": {"code": code, "message": text, "status": 400}}


def shown(text: ShownText) -> dict[str, object]:
    sent_at = text.sent_at.isoformat()
    sent = {"id": int(text.message_id), "content": text.text, "recipient": text.to}
    return {**MESSAGE, **sent, "createdAt": sent_at, "sentAt": sent_at}


class TestSalesbox(AdapterContract):
    adapter = Salesbox
    settings: ClassVar = {"token": "t0ken-of-the-tests", "rate": "unlimited"}
    secrets = ("token",)
    any_2xx_accepts = True
    recorded: ClassVar = {
        "POST text-messages/new": answer(201, message(status="draft", sentAt=None)),
        SENT: answer(200, message(status="queued")),
        "GET text-messages/1": answer(200, message()),
        "GET text-messages": answer(200, {"total": 1, "textMessages": [MESSAGE]}),
        "DELETE text-messages/1/delete": answer(200, message()),
        "GET contacts": answer(200, {"total": 1, "contacts": [CONTACT]}),
        "GET contacts/1": answer(200, {"contact": CONTACT}),
        "POST contacts/new": answer(201, {"contact": CONTACT}),
        "PATCH contacts/1/edit": answer(200, {"contact": CONTACT}),
        "DELETE contacts/1/delete": answer(200, {"contact": CONTACT}),
        "GET campaigns": answer(200, {"total": 1, "campaigns": [CAMPAIGN]}),
        "GET campaigns/1": answer(200, {"campaign": CAMPAIGN}),
        "POST campaigns/new": answer(201, {"campaign": CAMPAIGN}),
        "PATCH campaigns/1/edit": answer(200, {"campaign": CAMPAIGN}),
        "DELETE campaigns/1/delete": answer(200, {"campaign": CAMPAIGN}),
        "POST campaigns/1/contact/1/add": answer(200, {"success": 1}),
        "POST campaigns/1/contact/1/remove": answer(200, {"success": 1}),
        "GET campaigns/1/contacts": answer(200, {"total": 1, "contacts": [CONTACT]}),
    }
    refusals: ClassVar = {
        "a bad draft": Refusal(
            {"POST text-messages/new": answer(400, error("bad_request", "recipient is empty"))},
            RejectedError,
            code="bad_request",
        ),
        "a bad send": Refusal({SENT: answer(400, error("bad_request", "no such phone"))}, RejectedError),
        "a bad send, in Mautic's words": Refusal(
            {SENT: answer(400, {"errors": [{"code": 400, "message": "no", "details": []}]})}, RejectedError, code="400"
        ),
        "a failed send, in a 200": Refusal({SENT: answer(200, {"success": False, "errors": []})}, RejectedError),
        "a failed send with its error, in a 200": Refusal(
            {SENT: answer(200, {"success": False, "errors": [{"code": 7, "message": "no"}]})}, RejectedError, code="7"
        ),
        "a message that failed, in a 200": Refusal({SENT: answer(200, message(status="failed"))}, RejectedError),
        "an hour's calls spent": Refusal({"POST text-messages/new": answer(429, {})}, RateLimitedError),
    }
    statuses: ClassVar = {
        "draft": Status.PENDING,
        "queued": Status.QUEUED,
        "sent": Status.SENT,
        "delivered": Status.DELIVERED,
        "failed": Status.FAILED,
    }
    endless: ClassVar = {
        "messages.list": {"GET text-messages": answer(200, {"total": "1000", "textMessages": [MESSAGE]})},
        "contacts.list": {"GET contacts": answer(200, {"data": {"total": 1000, "contacts": {"1": CONTACT}}})},
    }

    def with_status(self, word: str) -> Answers:
        return {"GET text-messages/1": answer(200, message(status=word))}

    def with_texts(self, texts: Sequence[ShownText]) -> Answers:
        return {"GET text-messages": answer(200, {"total": len(texts), "textMessages": [*map(shown, texts)]})}


class TestSalesboxWithCampaigns(TestSalesbox):
    settings: ClassVar = {**TestSalesbox.settings, "campaigns_as_groups": True}
    endless: ClassVar = {
        **TestSalesbox.endless,
        "groups.list": {"GET campaigns": answer(200, {"total": 1000, "campaigns": [CAMPAIGN]})},
        "groups.members": {"GET campaigns/1/contacts": answer(200, {"total": 1000, "contacts": [CONTACT]})},
    }
