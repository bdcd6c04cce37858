"""How many messages were sent, by user and campaign."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen

from smsgate import Answer, read_each
from smsgate_zoomconnect.users import User, UserReply

__all__ = ["CampaignStatistics", "Counts", "Statistics", "UserStatistics", "read_statistics"]


@frozen(kw_only=True)
class Counts:
    """Messages, or the credits that they cost where that was asked for; None where the vendor gives no count."""

    total: Decimal | None = None
    sent: Decimal | None = None
    delivered: Decimal | None = None
    failed: Decimal | None = None
    failed_opted_out: Decimal | None = None
    failed_refunded: Decimal | None = None


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

    provider: str
    by_credit: bool
    """Whether the counts are credits instead of messages."""
    total: Counts
    users: tuple[UserStatistics, ...]
    skipped: int = 0
    """Users and campaigns that could not be read; the log of `smsgate` says why."""
    raw: Mapping[str, object] = field(factory=dict, repr=False, hash=False)


@frozen
class _CountsReply:
    """Counts; a report by credit has fractions."""

    delivered: Decimal | None = None
    failed: Decimal | None = None
    failedOptout: Decimal | None = None
    failedRefunded: Decimal | None = None
    sent: Decimal | None = None
    total: Decimal | None = None

    def counts(self) -> Counts:
        """Say it in smsgate's words."""
        return Counts(
            total=self.total,
            sent=self.sent,
            delivered=self.delivered,
            failed=self.failed,
            failed_opted_out=self.failedOptout,
            failed_refunded=self.failedRefunded,
        )


@frozen
class _CampaignReply:
    """Counts of a campaign."""

    statistics: _CountsReply | None = None
    campaign: str | None = None


@frozen
class _UserStatisticsReply:
    """Counts of a user."""

    user: UserReply
    total: _CountsReply | None = None
    campaigns: list[object] | None = None


@frozen
class _StatisticsReply:
    """The report (swagger)."""

    showingCreditValue: bool | None = None
    grandTotal: _CountsReply | None = None
    users: list[object] | None = None


def read_statistics(answer: Answer, provider: str, *, by_credit: bool) -> Statistics:
    """Read the report; `by_credit` is what was asked for, and counts where the answer does not say."""
    reply = answer.read(_StatisticsReply)
    pages = read_each(reply.users or (), lambda entry: _user(answer, entry, provider))
    return Statistics(
        provider=provider,
        by_credit=by_credit if reply.showingCreditValue is None else reply.showingCreditValue,
        total=_counts(reply.grandTotal),
        users=tuple(user for user, _ in pages.items),
        skipped=pages.skipped + sum(skipped for _, skipped in pages.items),
        raw=answer.raw(),
    )


def _user(answer: Answer, entry: object, provider: str) -> tuple[UserStatistics, int]:
    reply = answer.read(_UserStatisticsReply, entry)
    campaigns = read_each(reply.campaigns or (), lambda campaign: _campaign(answer.read(_CampaignReply, campaign)))
    user = UserStatistics(user=reply.user.user(provider), total=_counts(reply.total), campaigns=campaigns.items)
    return user, campaigns.skipped


def _campaign(reply: _CampaignReply) -> CampaignStatistics:
    return CampaignStatistics(campaign=reply.campaign, counts=_counts(reply.statistics))


def _counts(reply: _CountsReply | None) -> Counts:
    return Counts() if reply is None else reply.counts()
