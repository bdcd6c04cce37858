"""A history of a route over Twilio, BulkSMS and Telnyx; all of it follows from the seed."""

from __future__ import annotations

from random import Random
from typing import Self

from attrs import evolve, frozen

from smsgate import OnUnknown
from tests.simulation.kinds import Kind
from tests.simulation.plan import Plan

SENDER = "+27600000000"


@frozen(kw_only=True)
class RoutePlan(Plan):
    """A plan without what only the vendors that are made up wholly have: tokens, polling, bulk calls, replies."""

    has_profile_webhook: bool = False
    """Whether Telnyx calls an address of its profile, where a message has none of its own."""

    down: tuple[str, ...] = ()
    """Vendors that cannot be reached until all faults are over."""

    @classmethod
    def of(cls, seed: int) -> Self:
        """Return the plan of a seed."""
        plan, random = super().of(seed), Random(seed * 2)
        return evolve(
            plan,
            reports=False,
            kind=random.choice((Kind.TEXT, Kind.CALLING)),
            on_unknown=random.choice((OnUnknown.HOLD, OnUnknown.RECONCILE)),
            has_profile_webhook=random.random() < 0.5,
            down=random.choice(((), (), ("twilio",), ("twilio", "bulksms"))),
            sender=SENDER,
            stop=None,
            start=None,
            confirms=False,
            polls=False,
            bulk=False,
            token=False,
            conflicts=False,
            turns_references_on=False,
        )
