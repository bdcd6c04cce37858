"""The adapters of the simulated vendors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from attrs import frozen

from smsgate import (
    Accepted,
    Adapter,
    ChoosesSender,
    Conversation,
    DeliveryReport,
    Doubt,
    Effect,
    LimitsValidity,
    ListsReplies,
    Matches,
    MemoryTokenStore,
    Message,
    NotFoundError,
    Page,
    Reconciles,
    RejectedError,
    RenewsCredentials,
    Reply,
    Request,
    SendsBulk,
    Settings,
    Status,
    Submission,
    TellsStatus,
    Token,
    TokenStore,
)
from tests.simulation.engine import BEGINNING

SHOWN_AFTER = 1.0
"""Seconds after which a vendor shows a text that is on air, at most."""
READ_LATE = 0.5
"""Seconds after which it reads a request whose connection is cut, at most."""
SETTLING = SHOWN_AFTER + READ_LATE + 0.2
BULK = 3
TOKEN_LASTS = 1.0


@frozen
class Sent:
    id: str


@frozen
class _SentTogether:
    ids: tuple[str | None, ...]


@frozen
class _Shown:
    id: str
    at: float


@frozen
class ShownTexts:
    texts: tuple[_Shown, ...]


@frozen
class _Where:
    status: str


@frozen
class _SentIn:
    id: str
    sender: str
    text: str
    at: float
    to: str | None
    in_reply_to: str | None


@frozen
class _Replies:
    replies: tuple[_SentIn, ...]


@frozen
class _Token:
    token: str


class Simulated(Adapter[Settings], Reconciles, ChoosesSender, LimitsValidity):
    """Takes one text a call, and shows texts by recipient and words."""

    name = "simulated"
    Settings = Settings
    settling = timedelta(seconds=SETTLING)
    blocked_for = 0.5

    def headers(self) -> Mapping[str, str]:
        return {}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        answer = yield Request("POST", "send", json=self.written(message, submission), effect=Effect.SENDS)
        return Accepted(message_id=answer.read(Sent).id)

    def written(self, message: Message, submission: Submission) -> dict[str, str | int | None]:
        """Return the body of a request; the submission's id is there for the truth alone."""
        return {
            "to": message.to,
            "text": message.text,
            "reference": submission.reference,
            "callback": submission.callback_url,
            "submission": submission.id,
        }

    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | Matches | None]:
        answer = yield Request("GET", "find", query={"to": doubt.message.to, "text": doubt.message.text})
        since = doubt.since.timestamp()
        shown = answer.read(ShownTexts).texts
        return Matches.of((Accepted(message_id=each.id), each.at >= since) for each in shown)


class WithEverything(Simulated, SendsBulk, TellsStatus, ListsReplies):
    """Takes several texts a call, and can be asked what became of them and what came in."""

    name = "simulated-bulk"
    bulk_size = BULK

    def send_bulk(
        self, messages: Sequence[Message], submissions: Sequence[Submission]
    ) -> Conversation[Sequence[Accepted | RejectedError]]:
        written = [self.written(*each) for each in zip(messages, submissions, strict=True)]
        answer = yield Request("POST", "send-bulk", json={"messages": written}, effect=Effect.SENDS)
        ids = answer.read(_SentTogether).ids
        return [RejectedError("refused") if each is None else Accepted(message_id=each) for each in ids]

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        answer = yield Request("GET", "messages/{id}", ids={"id": message_id})
        word = answer.read(_Where).status
        if word == "none":
            raise NotFoundError(f"no message {message_id}")
        return DeliveryReport(message_id=message_id, status=Status(word), raw_status=word, provider=self.provider)

    def list_replies(self, since: datetime, cursor: str | None) -> Conversation[Page[Reply]]:
        del cursor
        answer = yield Request("GET", "replies", query={"since": since.timestamp()})
        return Page(
            tuple(
                Reply(
                    provider=self.provider,
                    message_id=each.id,
                    sender=each.sender,
                    text=each.text,
                    received_at=BEGINNING + timedelta(seconds=each.at - BEGINNING.timestamp()),
                    to=each.to,
                    in_reply_to=each.in_reply_to,
                )
                for each in answer.read(_Replies).replies
            ),
            None,
        )


class WithToken(WithEverything, RenewsCredentials):
    """The same with a token that the vendor replaces; the old one is used up."""

    name = "simulated-token"

    def token_store(self) -> TokenStore:
        return MemoryTokenStore()

    def first_token(self) -> Token | None:
        return Token("token-0")

    def token_headers(self, token: Token) -> Mapping[str, str]:
        return {"Authorization": str(token.access)}

    def renewal(self, token: Token) -> Conversation[Token]:
        answer = yield Request("POST", "renew", headers=self.token_headers(token))
        return Token(answer.read(_Token).token, expires_in=TOKEN_LASTS)

    def login(self) -> Conversation[Token]:
        """Have a person let smsgate in anew."""
        answer = yield Request("POST", "login")
        return Token(answer.read(_Token).token, expires_in=TOKEN_LASTS)
