"""What Zoom Connect has beside the neutral operations: `gateway.provider("zoom").vendor`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from smsgate import (
    Conversation,
    Converse,
    Effect,
    InvalidMessageError,
    MalformedAnswerError,
    Message,
    Request,
    UnknownOutcomeError,
)
from smsgate_zoomconnect.dates import statistics_day
from smsgate_zoomconnect.lists import read_changed, read_entries
from smsgate_zoomconnect.lookup import Lookup, LookupReply
from smsgate_zoomconnect.refusals import error_text
from smsgate_zoomconnect.sending import BulkResult, Sending
from smsgate_zoomconnect.statistics import Statistics, read_statistics
from smsgate_zoomconnect.users import NewUser, User, UserChanges, UserReply

__all__ = ["ZoomConnectExtras"]

T = TypeVar("T")


class ZoomConnectExtras:
    """Statistics, credit and users of the team, single questions about a text, number look-up, paced bulk sending.

    Every method raises a `ProviderError` where the vendor refuses or fails. Sending by URL (`sms/send-url/..`) is left
    out: it puts the token, the number and the text into an address, where every log on the way keeps them.
    """

    def __init__(self, adapter: Sending, converse: Converse) -> None:
        self._adapter = adapter
        self._provider = adapter.provider
        self._converse = converse

    # The account ----------------------------------------------------------------------------------------------------

    def statistics(  # noqa: PLR0913 - a report's parameters
        self,
        *,
        since: date | None = None,
        until: date | None = None,
        user_email: str | None = None,
        campaign: str | None = None,
        include_refunded_and_opted_out: bool = False,
        by_credit: bool = False,
    ) -> Statistics:
        """Count messages by user and campaign, or what they cost. Guide: GET account/statistics."""
        query = {
            "from": statistics_day(since) if since else None,
            "to": statistics_day(until) if until else None,
            "userEmailAddress": user_email,
            "campaign": campaign,
            "includeRefundedAndOptout": "true" if include_refunded_and_opted_out else None,
            "calculateCreditValue": "true" if by_credit else None,
        }
        wanted = {name: value for name, value in query.items() if value is not None}
        return self._ask("statistics", self._statistics(wanted))

    def transfer(self, *, sender_email: str, recipient_email: str, credit: int) -> User | None:
        """Move whole credits (1 or more) from one user of the team to another. Guide: POST account/transfer.

        Returns the user whom the answer shows, None where it shows none; which of both it is, no document says.

        Never repeated: after `UnknownOutcomeError` look at both balances before you transfer again.
        """
        if credit < 1:
            raise ValueError(f"{credit} credits cannot be transferred; 1 is the least")
        return self._ask("transfer", self._transfer(sender_email, recipient_email, credit))

    def find_users(self, email: str) -> list[User]:
        """Return the users with an e-mail address. Guide: GET account/user."""
        return self._ask("find_users", self._find_users(email))

    def get_user(self, user_id: str) -> User:
        """Return one user, or raise `NotFoundError`. Guide: GET account/user/{userId}."""
        return self._ask("get_user", self._get_user(user_id))

    def create_user(self, user: NewUser) -> User:
        """Create a sub-account of the team. Guide: PUT account/user, which creates."""
        return self._ask("create_user", self._create_user(user))

    def update_user(self, user_id: str, changes: UserChanges) -> User:
        """Change what is not None, and leave the rest. Guide: POST account/user/{userId}, which updates."""
        return self._ask("update_user", self._update_user(user_id, changes))

    # Single questions; `provider.analyse` asks them all at once -----------------------------------------------------

    def credit_cost(self, message: Message) -> Decimal:
        """Ask what a message costs, in credits. Guide: POST messages/analyse/message-credit-cost."""
        body = {"message": message.text, "recipientNumber": message.to}
        return self._ask("credit_cost", _question("message-credit-cost", body, Decimal))

    def encoding(self, text: str) -> str:
        """Ask for a text's encoding, in the vendor's words. Guide: POST messages/analyse/message-encoding."""
        return self._ask("encoding", _question("message-encoding", {"message": text}, str))

    def length(self, text: str) -> int:
        """Ask for a text's number of characters. Guide: POST messages/analyse/message-length."""
        return self._ask("length", _question("message-length", {"message": text}, int))

    def fits(self, text: str) -> bool:
        """Ask whether a text is short enough. Guide: POST messages/analyse/message-length-within-max-allowed."""
        return self._ask("fits", _question("message-length-within-max-allowed", {"message": text}, bool))

    def segments(self, text: str) -> int:
        """Ask in how many parts a text goes. Guide: POST messages/analyse/number-of-messages."""
        return self._ask("segments", _question("number-of-messages", {"message": text}, int))

    # Numbers and bulk -----------------------------------------------------------------------------------------------

    def look_up(self, number: str) -> Lookup:
        """Ask whether a number is valid. Swagger: POST context/lookup, whose body is one JSON string."""
        return self._ask("look_up", self._look_up(number))

    def send_bulk(
        self,
        messages: Sequence[Message],
        *,
        messages_per_minute: int | None = None,
        default_send_at: datetime | None = None,
    ) -> Sequence[BulkResult]:
        """Send messages in one call, at the vendor's pace; return what became of each, in their order.

        `default_send_at` (aware) is for messages without a `send_at`. Raises `UnknownOutcomeError` where the answer is
        lost or has another number of results: all of the messages may be out. `provider.send_bulk` takes any number.
        """
        if default_send_at is not None and default_send_at.utcoffset() is None:
            raise InvalidMessageError("default_send_at has no time zone; give it one: datetime(..., tzinfo=UTC)")
        for message in messages:
            if message.sender is not None or message.validity is not None:
                raise InvalidMessageError(f"{self._provider} takes no sender and no validity; leave them out")
        if not messages:
            return []
        conversation = self._adapter.send_paced(messages, messages_per_minute, default_send_at)
        return self._ask("vendor.send_bulk", conversation)

    # Behind the methods ---------------------------------------------------------------------------------------------

    def _ask(self, operation: str, conversation: Conversation[T]) -> T:
        return self._converse(operation, conversation)

    def _statistics(self, query: dict[str, str]) -> Conversation[Statistics]:
        answer = yield Request("GET", "account/statistics", query=query)
        return read_statistics(answer, self._provider, by_credit="calculateCreditValue" in query)

    def _transfer(self, sender_email: str, recipient_email: str, credit: int) -> Conversation[User | None]:
        body = {
            "transferFromEmailAddress": sender_email,
            "transferToEmailAddress": recipient_email,
            "numberOfCreditsToTransfer": credit,
        }
        answer = yield Request("POST", "account/transfer", json=body, effect=Effect.PAYS)
        if not answer.body.strip():  # the swagger has a 201 without a body
            return None
        user = answer.read(UserReply).user(self._provider)
        if said := error_text(answer):
            raise UnknownOutcomeError(f"the vendor shows a user and an error ({said}); money may have moved")
        return user

    def _find_users(self, email: str) -> Conversation[list[User]]:
        answer = yield Request("GET", "account/user", query={"searchEmail": email})
        return [*read_entries(answer, "webServiceUserList", UserReply, self._user).items]

    def _get_user(self, user_id: str) -> Conversation[User]:
        answer = yield Request("GET", "account/user/{user_id}", ids={"user_id": user_id})
        return answer.read(UserReply).user(self._provider)

    def _create_user(self, user: NewUser) -> Conversation[User]:
        answer = yield Request("PUT", "account/user", json=user.written(), effect=Effect.CHANGES)
        if answer.body.strip():
            return self._user(*read_changed(answer, UserReply, user.written()))
        made = yield from self._find_users(user.email)
        if len(made) != 1:
            raise MalformedAnswerError(f"the user was created, and {len(made)} users are found by the e-mail address")
        return made[0]

    def _update_user(self, user_id: str, changes: UserChanges) -> Conversation[User]:
        """Read first: that fields left out are blanked is PRESUMED."""
        ids = {"user_id": user_id}
        before = (yield Request("GET", "account/user/{user_id}", ids=ids)).read(UserReply)
        body = {**before.written(), **changes.written()}
        answer = yield Request("POST", "account/user/{user_id}", ids=ids, json=body, effect=Effect.IDEMPOTENT)
        return self._user(*read_changed(answer, UserReply, body))

    def _user(self, reply: UserReply, _: Mapping[str, object]) -> User:
        return reply.user(self._provider)

    def _look_up(self, number: str) -> Conversation[Lookup]:
        answer = yield Request("POST", "context/lookup", json=number, effect=Effect.READS)
        reply, raw = read_changed(answer, LookupReply, {"number": number})
        return reply.lookup(self._provider, raw)


def _question(name: str, body: dict[str, str], kind: type[T]) -> Conversation[T]:
    """Ask one question; its answer is a bare scalar."""
    answer = yield Request("POST", f"messages/analyse/{name}", json=body, effect=Effect.READS)
    return answer.read(kind)
