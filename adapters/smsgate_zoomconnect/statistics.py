"""How many messages were sent, by user and campaign: `account/statistics`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen

from smsgate import Answer, fields, read_each
from smsgate_zoomconnect.account import User

__all__ = ["CampaignStatistics", "Counts", "Statistics", "UserStatistics", "read_statistics"]


@frozen(kw_only=True)
class Counts:
    """Messages, or the credits that they cost where that was asked for; None where the vendor gives no count."""

    total: Decimal | None = None
    sent: Decimal | None = None
    delivered: Decimal | None = None
    failed: Decimal | None = None
    failed_opted_out: Decimal | None = fields.named("failedOptout", None)
    failed_refunded: Decimal | None = fields.named("failedRefunded", None)


@frozen(kw_only=True)
class CampaignStatistics:
    """The counts of one campaign; None is the messages without one."""

    campaign: str | None
    counts: Counts


@frozen(kw_only=True)
class UserStatistics:
    """The counts of one user, and of each campaign."""

    user: User
    total: Counts
    campaigns: tuple[CampaignStatistics, ...]


@frozen(kw_only=True)
class Statistics:
    """The vendor's statistics report."""

    provider: str = ""
    by_credit: bool
    """Whether the counts are credits instead of messages."""
    total: Counts
    users: tuple[UserStatistics, ...]
    skipped: int = 0
    """Users and campaigns that could not be read; the log of `smsgate` says why."""
    raw: Mapping[str, object] = field(factory=dict, repr=False, hash=False)


@frozen
class _CampaignReply:
    """Counts of a campaign."""

    statistics: Counts | None = None
    campaign: str | None = None


@frozen
class _UserReply:
    """Counts of a user."""

    user: User
    total: Counts | None = None
    campaigns: list[object] | None = None


@frozen
class _StatisticsReply:
    """The report (swagger)."""

    raw: fields.Raw
    showingCreditValue: bool | None = None
    grandTotal: Counts | None = None
    users: list[object] | None = None


def read_statistics(answer: Answer, *, by_credit: bool) -> Statistics:
    """Read the report; `by_credit` is what was asked for, and counts where the answer does not say."""
    reply = answer.read(_StatisticsReply)
    pages = read_each(reply.users or (), lambda entry: _user(answer, entry))
    return Statistics(
        by_credit=by_credit if reply.showingCreditValue is None else reply.showingCreditValue,
        total=reply.grandTotal or Counts(),
        users=tuple(user for user, _ in pages.items),
        skipped=pages.skipped + sum(skipped for _, skipped in pages.items),
        raw=reply.raw,
    )


def _user(answer: Answer, entry: object) -> tuple[UserStatistics, int]:
    reply = answer.read(_UserReply, entry)
    campaigns = answer.page(_CampaignReply, reply.campaigns or ())
    counted = campaigns.map(lambda each: CampaignStatistics(campaign=each.campaign, counts=each.statistics or Counts()))
    return UserStatistics(user=reply.user, total=reply.total or Counts(), campaigns=counted.items), campaigns.skipped
