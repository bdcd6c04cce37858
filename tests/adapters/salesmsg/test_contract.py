"""What smsgate expects of every adapter, for each of this one's ways to send."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from smsgate import (
    DeliveryReport,
    InsufficientCreditError,
    InvalidRecipientError,
    OptedOutError,
    RejectedError,
    Reply,
    Status,
    VendorEvent,
)
from smsgate.testing import AdapterContract, Answers, Refusal, ShownText, WebhookExample, answer, json_call
from smsgate_salesmsg import Salesmsg

NUMBER = "+27821234567"
CONTACT = {"id": 1, "number": NUMBER, "first_name": "Ada", "opt_out": None, "is_blocked": False, "is_invalid": False}
CONVERSATION = {"id": 419, "contact_id": 1, "number_id": 2, "number": {"id": 2, "number": "+12074894075"}}
MESSAGE = {
    "id": 2191,
    "conversation_id": 419,
    "contact_id": 1,
    "status": "queued",
    "body_raw": "Your code is 4711",
    "created_at": "2022-11-25 12:03:11",
}
REPLY = {**MESSAGE, "id": 2190, "status": "received", "contact": CONTACT}
TAG = {"id": 1, "name": "friends", "label": "Friends"}
FULL = [{**MESSAGE, "id": 3000 - number} for number in range(10)]
LISTED = {"current_page": 1, "last_page": 9, "per_page": 1}
STOPPED = {"id": 2, "number": "+27821234568", "opt_out": "soft", "opt_out_at": "2020-07-13T08:52:24.000000Z"}
UNMARKED = {**CONTACT, "id": 3}


def called(name: str) -> dict[str, object]:
    """Return a call in the shape that the vendor's webhooks are read in by others; its values are the guide's."""
    path = Path(__file__).parent / "calls" / f"{name}.json"
    fields: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return fields


def invalid(field: str, text: str) -> Any:
    return answer(422, {"message": "The given data was invalid.", "errors": {field: [text]}})


def shown(text: ShownText) -> dict[str, object]:
    id_, created_at = int(text.message_id.partition(":")[2]), f"{text.sent_at:%Y-%m-%d %H:%M:%S}"
    return {**MESSAGE, "id": id_, "body_raw": text.text, "created_at": created_at}


class _Salesmsg(AdapterContract):
    adapter = Salesmsg
    secrets = ("token",)
    message_id = "419:2191"
    contact_id = "1"
    group_id = "1"
    recorded: ClassVar[Answers] = {
        "POST oauth/personal-token/refresh": answer(200, {"access_token": "renewed-t0ken-of-the-tests"}),
        "GET contacts": answer(200, {"current_page": 1, "data": [CONTACT, STOPPED], "last_page": 1, "per_page": 10}),
        "GET contacts/search": answer(200, {"results": [CONTACT]}),
        "POST contacts/list": answer(200, {"data": [CONTACT, STOPPED], "meta": {"current_page": 1, "last_page": 1}}),
        "GET contacts/1": answer(200, CONTACT),
        "POST contacts": answer(200, CONTACT),
        "PUT contacts/1": answer(200, CONTACT),
        "DELETE contacts/1": answer(200, ["ok"]),
        "PUT contacts/opt-*/1": answer(200, {"message": "done"}),
        "GET contacts/tags/1": answer(200, {"data": [CONTACT], "meta": {"current_page": 1, "last_page": 1}}),
        "GET tags": answer(200, {"data": [TAG], "meta": {"current_page": 1, "last_page": 1}}),
        "POST tags": answer(200, TAG),
        "PUT tags/1": answer(200, TAG),
        "* tags/contact/1/1": answer(200, {"type": "success", "message": "done"}),
        "POST conversations": answer(200, CONVERSATION),
        "GET conversations": answer(200, [CONVERSATION]),
        "POST messages/419": answer(200, MESSAGE),
        "POST messages": answer(200, MESSAGE),
        "GET messages/419": answer(200, [MESSAGE, REPLY]),
        "GET messages/419/paginated": answer(200, {"data": [], "meta": {"current_page": 1, "last_page": 1}}),
    }
    statuses: ClassVar = {
        "queued": Status.QUEUED,
        "sent": Status.SENT,
        "delivered": Status.DELIVERED,
        "failed": Status.FAILED,
        "undelivered": Status.UNDELIVERED,
        "scheduled": Status.SCHEDULED,
        "received": Status.UNKNOWN,
    }
    endless: ClassVar = {
        "contacts.list": {
            "GET contacts": answer(200, {**LISTED, "data": [CONTACT]}),
            "POST contacts/list": answer(200, {"data": [CONTACT], "meta": LISTED}),
        },
        "opt_outs.list": {
            "GET contacts": answer(200, {**LISTED, "data": [STOPPED]}),
            "POST contacts/list": answer(200, {"data": [STOPPED], "meta": LISTED}),
        },
        "groups.list": {"GET tags": answer(200, {"data": [TAG], "meta": LISTED})},
        "groups.members": {"GET contacts/tags/1": answer(200, {"data": [CONTACT], "meta": LISTED})},
        "messages.list": {
            "GET conversations": answer(200, [{"id": number} for number in range(419, 429)]),
            "GET messages/*": answer(200, FULL),
        },
        "replies": {
            "GET conversations": answer(200, [{"id": number} for number in range(419, 429)]),
            "GET messages/*": answer(200, [{**each, "status": "received", "created_at": None} for each in FULL]),
        },
    }
    filtered: ClassVar = {
        "replies": {"GET messages/419": answer(200, FULL)},
        "opt_outs.list": {
            "GET contacts": answer(200, {**LISTED, "data": [UNMARKED]}),
            "POST contacts/list": answer(200, {"data": [UNMARKED], "meta": LISTED}),
        },
    }
    webhooks: ClassVar = {
        "a reply": WebhookExample(
            json_call(called("message_received")),
            Reply(
                provider="sales",
                message_id="1:2193",
                sender="+12019772861",
                text="I'm great!",
                to="+12074894075",
                received_at=datetime(2022, 11, 25, 12, 19, 15, tzinfo=UTC),
                conversation="1",
            ),
        ),
        "a message that went out": WebhookExample(
            json_call(called("message_sent")),
            DeliveryReport(provider="sales", message_id="1:2191", status=Status.SENT, raw_status=None),
        ),
        "a message that failed after it was queued": WebhookExample(
            json_call(called("message_async_error")),
            VendorEvent(provider="sales", kind="message.async.error", raw={}),
        ),
    }

    shown_ids = ("419:2191", "419:2192")

    def with_texts(self, texts: Sequence[ShownText]) -> Answers:
        return {"GET messages/419": answer(200, [*map(shown, texts)])}

    def with_status(self, word: str) -> Answers:
        return {"GET messages/419": answer(200, [{**MESSAGE, "status": word}])}


def refusals(sends: str) -> dict[str, Refusal]:
    failed = {**MESSAGE, "status": "failed"}
    return {
        "a number that the vendor cannot text": Refusal(
            {sends: invalid("number", "The number format is invalid.")}, InvalidRecipientError, code="422"
        ),
        "a text that is too long": Refusal({sends: invalid("message", "may not be greater than 1600")}, RejectedError),
        "an opt-out that the vendor alone knew": Refusal(
            {sends: answer(400, {"message": "Contact has opted out"})}, OptedOutError, code="400"
        ),
        "no credit left": Refusal({sends: answer(400, {"message": "Not enough credits"})}, InsufficientCreditError),
        "a message that has failed, in a 200": Refusal(
            {sends: answer(200, {**failed, "failed_reason": "Landline number"})}, InvalidRecipientError
        ),
        "a message that has failed for another reason": Refusal(
            {sends: answer(200, {**failed, "failed_reason": "Carrier violation"})}, RejectedError
        ),
        "a team that is not the account's": Refusal({sends: invalid("team_id", "is invalid")}, RejectedError),
    }


def flagged(**flags: object) -> Answers:
    return {"GET contacts": answer(200, {"data": [{**CONTACT, **flags}]})}


class TestSalesmsgInItsDocumentedVersion(_Salesmsg):
    settings: ClassVar = {"token": "t0ken-of-the-tests", "team_id": 16, "number_id": 2}
    refusals: ClassVar = {
        **refusals("POST messages/419"),
        "an opt-out": Refusal(flagged(opt_out="soft"), OptedOutError),
        "an opt-out of the older schema": Refusal(flagged(opt_out=True), OptedOutError),
        "a blocked contact": Refusal(flagged(is_blocked=True), InvalidRecipientError),
        "a landline": Refusal(flagged(is_invalid=1, invalid_reason="Landline number"), InvalidRecipientError),
    }


class TestSalesmsgInItsCurrentVersion(_Salesmsg):
    settings: ClassVar = {"token": "t0ken-of-the-tests", "team_id": 16, "number_id": 2, "api_version": "v2.3"}
    refusals: ClassVar = refusals("POST messages/419")


class TestSalesmsgByNumber(_Salesmsg):
    settings: ClassVar = {"token": "t0ken-of-the-tests", "team_id": 16, "api_version": "v2.3", "send_via": "number"}
    refusals: ClassVar = refusals("POST messages")
