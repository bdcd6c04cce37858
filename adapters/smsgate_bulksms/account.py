"""The account: the credit left, and the numbers that it must not text (SPEC)."""

from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen

import smsgate as sg
from smsgate_bulksms.settings import BulkSmsSettings

__all__ = ["Account", "BulkSmsExtras"]


@frozen
class _ProfileReply:
    raw: sg.fields.Raw
    amount: Decimal = sg.fields.named("credits.balance")


@frozen
class _BlockedReply:
    id: int
    number: sg.fields.Word = sg.fields.named("phoneNumber")


class Account(sg.Adapter[BulkSmsSettings], sg.TellsBalance):
    """What concerns the account."""

    def balance(self) -> sg.Conversation[sg.Balance]:
        """Ask GET /profile; `raw` is the whole profile: the quota, the allowed senders, the limit of the credit."""
        return sg.fields.into(sg.Balance, (yield sg.Request("GET", "profile")).read(_ProfileReply), unit="credits")

    def extras(self, converse: sg.Converse) -> "BulkSmsExtras":
        """Return what BulkSMS has beside the neutral operations."""
        return BulkSmsExtras(converse, self)


class BulkSmsExtras(sg.Extras[Account]):
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
