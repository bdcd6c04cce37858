"""How many messages were sent, by user and campaign."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen

from smsgate_zoomconnect.users import User, UserReply

__all__ = ["CampaignStatistics", "Counts", "Statistics", "StatisticsReply", "UserStatistics"]


@frozen(kw_only=True)
class Counts:
    """Messages, or the credits that they cost where that was asked for."""

    total: Decimal
    sent: Decimal
    delivered: Decimal
    failed: Decimal
    failed_opted_out: Decimal
    failed_refunded: Decimal


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
    raw: Mapping[str, object] = field(factory=dict, repr=False, hash=False)


@frozen
class CountsReply:
    """Counts; a report by credit has fractions."""

    delivered: Decimal
    failed: Decimal
    failedOptout: Decimal
    failedRefunded: Decimal
    sent: Decimal
    total: Decimal

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
class CampaignReply:
    """Counts of a campaign."""

    statistics: CountsReply
    campaign: str | None = None


@frozen
class UserStatisticsReply:
    """Counts of a user."""

    user: UserReply
    total: CountsReply
    campaigns: list[CampaignReply]

    def statistics(self, provider: str) -> UserStatistics:
        """Say it in smsgate's words."""
        campaigns = [CampaignStatistics(campaign=it.campaign, counts=it.statistics.counts()) for it in self.campaigns]
        return UserStatistics(user=self.user.user(provider), total=self.total.counts(), campaigns=tuple(campaigns))


@frozen
class StatisticsReply:
    """The report (swagger)."""

    showingCreditValue: bool
    grandTotal: CountsReply
    users: list[UserStatisticsReply]

    def statistics(self, provider: str, raw: Mapping[str, object]) -> Statistics:
        """Say it in smsgate's words."""
        return Statistics(
            provider=provider,
            by_credit=self.showingCreditValue,
            total=self.grandTotal.counts(),
            users=tuple(user.statistics(provider) for user in self.users),
            raw=raw,
        )
