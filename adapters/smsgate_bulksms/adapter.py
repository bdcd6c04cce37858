"""BulkSMS's JSON REST API v1, as its published API description has it (SPEC in this package).

DOC is the vendor's page on webhooks. What neither says and we had to assume is marked PRESUMED. One file a chapter:
`sending`, `messages` with the calls to a webhook, and here the account, its blocked numbers and the errors.
"""

from base64 import b64encode
from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen

import smsgate as sg
from smsgate_bulksms.messages import Messages
from smsgate_bulksms.sending import Sending
from smsgate_bulksms.settings import BulkSmsSettings

__all__ = ["BulkSms", "BulkSmsExtras"]

WORDS: dict[str, type[sg.RejectedError]] = {
    r"\b(?:from address|sender|originator)\b": sg.InvalidSenderError,
    r"\b(?:to address|recipients?|phone ?numbers?|msisdn)\b": sg.InvalidRecipientError,
}
"""PRESUMED words of a 400's `detail`; that a refusal is the message's or the account's is PRESUMED too."""


@frozen
class _ProfileReply:
    raw: sg.fields.Raw
    amount: Decimal = sg.fields.named("credits.balance")


@frozen
class _BlockedReply:
    id: int
    number: sg.fields.Word = sg.fields.named("phoneNumber")


class BulkSms(Sending, Messages, sg.TellsBalance):
    """BulkSMS: Basic authentication, lists of messages in JSON, a key that drops the repetition of a call."""

    name = "bulksms"
    Settings = BulkSmsSettings

    def headers(self) -> dict[str, str]:
        """Return the credentials, which are sent without being asked for first (SPEC)."""
        pair = f"{self.settings.token_id}:{self.settings.token_secret}".encode()
        return {"Accept": "application/json", "Authorization": f"Basic {b64encode(pair).decode()}"}

    def balance(self) -> sg.Conversation[sg.Balance]:
        """Ask GET /profile; `raw` is the whole profile: the quota, the allowed senders, the limit of the credit."""
        return sg.fields.into(sg.Balance, (yield sg.Request("GET", "profile")).read(_ProfileReply), unit="credits")

    def explain(self, request: sg.Request, answer: sg.Answer) -> sg.ProviderError | None:
        """Read the error body of a 400 or 403; every other status speaks for itself.

        Its `type` is an address with the code at its end: `bad-request`, `insufficient-credits` (SPEC) or a new one. A
        list with one bad entry is refused whole (PRESUMED): smsgate then divides the call until it finds the entry.
        """
        words, error = self.error_text(answer), answer.read_or_none(dict[str, object]) or {}
        if words is None or answer.status not in {400, 403}:
            return None
        kind: type[sg.ProviderError] = sg.refusal_kind(words, WORDS)  # "insufficient credits" among others
        if kind is not sg.InsufficientCreditError and not (request.effect.sends and answer.status == 400):
            kind = sg.PermissionDeniedError if answer.status == 403 else sg.ProviderError
        return kind(words, code=str(error["type"]).rpartition("#")[2].rpartition("/")[2] or str(answer.status))

    def error_text(self, answer: sg.Answer) -> str | None:
        """Return what the vendor's error body says: its title and its detail."""
        error = answer.read_or_none(dict[str, object]) or {}
        words = ": ".join(str(error[name]) for name in ("title", "detail") if error.get(name))
        return words if words and "type" in error else None

    def extras(self, converse: sg.Converse) -> "BulkSmsExtras":
        """Return what BulkSMS has beside the neutral operations."""
        return BulkSmsExtras(converse, self)


class BulkSmsExtras(sg.Extras[BulkSms]):
    """The numbers that the account must not text: a STOP, the API or the vendor blocked them.

    There is no way to lift a block (SPEC). Every method may raise a `ProviderError`.
    """

    @sg.operation
    def blocked_numbers(self) -> sg.Conversation[list[str]]:
        """List all blocked numbers as the vendor has them: E.164, with or without the plus. GET /blocked-numbers."""
        return [blocked.number for blocked in (yield from sg.read_pages(_blocked)).items]

    @sg.operation
    def block(self, numbers: Sequence[str]) -> sg.Conversation[None]:
        """Block numbers (E.164) for good, 1,000 at most. POST /blocked-numbers.

        Raises `InvalidMessageError`, without any request, for what is no number.
        """
        body = [*map(sg.read_number, numbers)]
        yield sg.Request("POST", "blocked-numbers", json=body, effect=sg.Effect.IDEMPOTENT)


def _blocked(cursor: str | None) -> sg.Conversation[sg.Page[_BlockedReply]]:
    """Return a page: 5,000 of the 10,000 that the vendor gives at most, from an id on (SPEC)."""
    answer = yield sg.Request("GET", "blocked-numbers", query={"limit": 5_000, "min-id": int(cursor or 0)})
    page = answer.page(_BlockedReply, answer.read(list[object]))
    return sg.Page(page.items, str(page.items[-1].id + 1) if page.items else None, page.skipped)
