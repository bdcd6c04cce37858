"""What is to be done with a file of messages: its rows, its plan, its run, and where its results go."""

from __future__ import annotations

from attrs import frozen

from smsgate.blocking.gateway import Gateway
from smsgate.cli.campaign.earlier import Earlier
from smsgate.cli.campaign.files import Destinations
from smsgate.cli.campaign.plan import CampaignPlan, plan_campaign
from smsgate.cli.campaign.source import Source

__all__ = ["Order", "plan_order"]


@frozen
class Order:
    """A file that has been planned, to be sent or enqueued."""

    source: Source
    destinations: Destinations
    plan: CampaignPlan
    run: str | None
    """Its name in the journal; None without one."""
    earlier: Earlier | None
    """What the run has done before; None for a new one whose keys are new too."""
    enqueue: bool

    @property
    def is_complete(self) -> bool:
        """Whether its run has nothing left to send, or to enqueue."""
        return self.earlier is not None and self.earlier.total > 0 and self.left == 0

    @property
    def left(self) -> int:
        """How many messages are sent or enqueued, refused ones among them."""
        return self.plan.messages

    @property
    def count(self) -> int:
        """How many messages a person is asked about."""
        return self.plan.messages - self.plan.refused


def plan_order(
    gateway: Gateway, source: Source, destinations: Destinations, run: str | None, *, enqueue: bool
) -> Order:
    """Plan a file, and look what its run has done before; sends nothing."""
    plan, earlier = plan_campaign(gateway, source, run, enqueue=enqueue)
    return Order(source, destinations, plan, run, None if earlier.is_new else earlier, enqueue)
