from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import urlencode

from smsgate import (
    Acknowledgement,
    Answer,
    AuthenticationError,
    DeliveryReport,
    InvalidRecipientError,
    InvalidSenderError,
    Media,
    Message,
    NotSentError,
    OptedOutError,
    PermissionDeniedError,
    RateLimitedError,
    RejectedError,
    Reply,
    Request,
    Status,
    WebhookCall,
)
from smsgate.testing import AdapterContract, Answers, Refusal, ShownText, WebhookExample, answer
from smsgate_twilio import Twilio
from tests.adapters.twilio.samples import (
    ACCOUNT,
    MESSAGE,
    NUMBER,
    PERSON,
    PICTURE,
    PRICES,
    REPLY,
    REPLY_CALL,
    REPORT_CALL,
    SERVICE,
    SID,
    TOKEN,
    form_call,
    listed,
    refusal,
    signed,
)

NOTHING = Acknowledgement(200, "<Response/>", media_type="text/xml")
REPORT = DeliveryReport(message_id=SID, status=Status.DELIVERED, raw_status="delivered")
ANSWER = Reply(message_id="SM" + "0e" * 16, sender=PERSON, to=NUMBER, text="Thank you & good-bye, 100% + more")


def accepted(request: Request) -> Answer:
    scheduled = request.form is not None and "SendAt" in request.form
    return answer(201, {**MESSAGE, "status": "scheduled" if scheduled else "accepted", "from": None})


def refused(status: int, code: int) -> Answers:
    return {"POST Messages.json": refusal(status, code)}


def shown(text: ShownText) -> dict[str, object]:
    created = f"{text.sent_at:%a, %d %b %Y %H:%M:%S} +0000"
    return {**MESSAGE, "sid": text.message_id, "body": text.text, "to": text.to, "date_created": created}


class TestTwilio(AdapterContract):
    adapter = Twilio
    settings: ClassVar = {"account_sid": ACCOUNT, "auth_token": TOKEN, "secondary_token": "sec0nd-t0ken"}
    secrets = ("auth_token", "secondary_token")
    message = Message(PERSON, "Your code is 4711", sender=SERVICE, reference="order-4711", campaign="codes", extra={})
    message_id = SID
    shown_ids = ("SM" + "1" * 32, "SM" + "2" * 32)
    any_field_order = True
    recorded: ClassVar = {
        "POST Messages.json": accepted,
        "GET Messages.json": listed([MESSAGE, REPLY]),
        f"GET Messages/{SID}.json": answer(200, MESSAGE),
        f"DELETE Messages/{SID}.json": answer(204, text=""),
        "GET v1/Messaging/Countries/ZA": answer(200, PRICES),
        "GET Balance.json": answer(200, {"account_sid": ACCOUNT, "balance": "12.50", "currency": "USD"}),
    }
    refusals: ClassVar = {
        "bad credentials": Refusal(refused(401, 20003), AuthenticationError, code="20003"),
        "a wrong account": Refusal(refused(404, 20404), NotSentError, code="20404"),
        "too many requests": Refusal(refused(429, 20429), RateLimitedError, code="20429"),
        "a bad number": Refusal(refused(400, 21211), InvalidRecipientError, code="21211"),
        "an opt-out": Refusal(refused(400, 21610), OptedOutError, code="21610"),
        "a bad sender": Refusal(refused(400, 21606), InvalidSenderError, code="21606"),
        "a blocked region": Refusal(refused(400, 21408), PermissionDeniedError, code="21408"),
        "a trial account": Refusal(refused(400, 21608), PermissionDeniedError, code="21608"),
        "a full queue": Refusal(refused(429, 21611), NotSentError, code="21611"),
        "a code that is not known": Refusal(refused(400, 29999), RejectedError, code="29999"),
    }
    statuses: ClassVar = {
        "accepted": Status.QUEUED,
        "queued": Status.QUEUED,
        "sending": Status.QUEUED,
        "scheduled": Status.SCHEDULED,
        "canceled": Status.CANCELLED,
        "sent": Status.SENT,
        "delivered": Status.DELIVERED,
        "read": Status.DELIVERED,
        "undelivered": Status.UNDELIVERED,
        "failed": Status.FAILED,
        "partially_delivered": Status.UNKNOWN,
    }
    endless: ClassVar = {
        "messages.list": {"GET Messages.json": listed([MESSAGE], "/elsewhere?Page=1&PageToken=PASM1")},
        "replies": {"GET Messages.json": listed([REPLY], "https://elsewhere.example/x?Page=1&PageToken=PASM1")},
    }
    filtered: ClassVar = {"replies": endless["messages.list"]}
    webhooks: ClassVar = {
        "a report": WebhookExample(form_call(REPORT_CALL), REPORT, answer=Acknowledgement(204)),
        "a failure": WebhookExample(
            form_call({**REPORT_CALL, "MessageStatus": "undelivered", "ErrorCode": "30003"}),
            DeliveryReport(
                message_id=SID, status=Status.UNDELIVERED, raw_status="undelivered", reason="handset unreachable"
            ),
            answer=Acknowledgement(204),
        ),
        "a reply": WebhookExample(form_call(REPLY_CALL), ANSWER, answer=NOTHING),
        "a reply by GET": WebhookExample(
            WebhookCall(method="GET", query=urlencode(REPLY_CALL)), ANSWER, answer=NOTHING
        ),
        "a reply with a picture and no text": WebhookExample(
            form_call(
                {**REPLY_CALL, "Body": "", "NumMedia": "1", "MediaUrl0": PICTURE, "MediaContentType0": "image/png"}
            ),
            Reply(
                message_id="SM" + "0e" * 16,
                sender=PERSON,
                to=NUMBER,
                text="",
                media=(Media(PICTURE, "image/png"),),
            ),
            answer=NOTHING,
        ),
    }

    def with_status(self, word: str) -> Answers:
        said = {**MESSAGE, "status": word}
        return {f"GET Messages/{SID}.json": answer(200, said), "GET Messages.json": listed([said])}

    def with_texts(self, texts: Sequence[ShownText]) -> Answers:
        return {"GET Messages.json": listed([*map(shown, texts)])}

    def signed(self, call: WebhookCall, at: datetime, *, by_another: bool = False) -> WebhookCall:
        del at  # it signs no time
        return signed(call, token="an0ther-t0ken" if by_another else TOKEN)

    def test_a_reply_is_of_the_time_when_it_was_passed_on(self) -> None:
        replies = self.outcome("replies")
        assert isinstance(replies, list)
        assert replies[0].received_at == datetime(2023, 8, 24, 5, 3, 45, tzinfo=UTC)
