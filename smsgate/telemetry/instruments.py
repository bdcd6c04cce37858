"""Every metric: its name, unit (UCUM), attributes and meaning. The documentation's table is written from this list.

Attributes have few values each: a provider is an account of the settings, an error is the name of its class.
"""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from smsgate.telemetry.api import METER, Attributes

__all__ = ["INSTRUMENTS", "Instrument", "Kind"]

REQUEST_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
DELIVERY_BOUNDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 21600.0, 86400.0, 259200.0)
"""Seconds: requests take from a few thousandths to a deadline, deliveries from a second to three days."""


class Kind(StrEnum):
    """What a metric is."""

    COUNTER = "counter"
    HISTOGRAM = "histogram"
    GAUGE = "gauge"


@frozen(kw_only=True)
class Instrument:
    """One metric."""

    name: str
    kind: Kind
    unit: str
    attributes: tuple[str, ...]
    what: str
    bounds: tuple[float, ...] = ()
    _made: object = field(init=False, repr=False, eq=False)

    @_made.default
    def _make(self) -> object:
        """Make it, unless it is a gauge, which is read and not written."""
        if METER is None or self.kind is Kind.GAUGE:
            return None
        if self.kind is Kind.COUNTER:
            return METER.create_counter(self.name, self.unit, self.what).add
        bounds = list(self.bounds)
        return METER.create_histogram(
            self.name, self.unit, self.what, explicit_bucket_boundaries_advisory=bounds
        ).record

    def record(self, amount: float, attributes: Attributes) -> None:
        """Add to a counter, or record one value of a histogram."""
        if callable(self._made):
            self._made(amount, attributes)


MESSAGES = Instrument(
    name="smsgate.messages",
    kind=Kind.COUNTER,
    unit="{message}",
    attributes=("smsgate.provider", "smsgate.outcome", "error.type"),
    what="Messages by how they ended",
)
SEGMENTS = Instrument(
    name="smsgate.segments",
    kind=Kind.COUNTER,
    unit="{segment}",
    attributes=("smsgate.provider",),
    what="Segments of accepted messages",
)
COST = Instrument(
    name="smsgate.cost",
    kind=Kind.COUNTER,
    unit="{price}",
    attributes=("smsgate.provider", "smsgate.price.unit"),
    what="Prices of accepted messages by the price lists",
)
SEND_DURATION = Instrument(
    name="smsgate.send.duration",
    kind=Kind.HISTOGRAM,
    unit="s",
    attributes=("smsgate.provider", "smsgate.outcome"),
    what="Time of a send, with all waiting, tries and the journal's intent",
    bounds=REQUEST_BOUNDS,
)
REQUEST_DURATION = Instrument(
    name="smsgate.request.duration",
    kind=Kind.HISTOGRAM,
    unit="s",
    attributes=("smsgate.provider", "smsgate.operation", "smsgate.outcome"),
    what="Time of a request to a vendor, with the wait for the account's rate; its count is the number of requests",
    bounds=REQUEST_BOUNDS,
)
DELIVERIES = Instrument(
    name="smsgate.deliveries",
    kind=Kind.COUNTER,
    unit="{report}",
    attributes=("smsgate.provider", "smsgate.status"),
    what="Delivery reports that the application has received",
)
DELIVERY_LATENCY = Instrument(
    name="smsgate.delivery.latency",
    kind=Kind.HISTOGRAM,
    unit="s",
    attributes=("smsgate.provider",),
    what="Time from the vendor's acceptance of a message until the report that it is delivered",
    bounds=DELIVERY_BOUNDS,
)
POSSIBLE_DUPLICATES = Instrument(
    name="smsgate.possible_duplicates",
    kind=Kind.COUNTER,
    unit="{report}",
    attributes=("smsgate.provider",),
    what="Reports that a message was delivered after all, though another provider had been asked for a second try",
)
GUARD_REFUSALS = Instrument(
    name="smsgate.guard.refusals",
    kind=Kind.COUNTER,
    unit="{message}",
    attributes=("smsgate.guard", "smsgate.rule", "smsgate.observed"),
    what="Messages that a guard against pumping has refused or, where it only observes (`true`), would have refused",
)
BREAKER_STATE = Instrument(
    name="smsgate.breaker.state",
    kind=Kind.GAUGE,
    unit="{state}",
    attributes=("smsgate.provider",),
    what="Circuit breaker: 0 closed, 1 half-open, 2 open",
)
ACCOUNT_BLOCKED = Instrument(
    name="smsgate.account.blocked",
    kind=Kind.GAUGE,
    unit="s",
    attributes=("smsgate.provider",),
    what="Time for which the vendor, having said 429, refuses the account's requests",
)
JOURNAL_UNKNOWN = Instrument(
    name="smsgate.journal.unknown",
    kind=Kind.GAUGE,
    unit="{message}",
    attributes=("smsgate.journal",),
    what="Messages of unknown outcome that are open",
)
JOURNAL_QUEUED = Instrument(
    name="smsgate.journal.queued",
    kind=Kind.GAUGE,
    unit="{message}",
    attributes=("smsgate.journal",),
    what="Messages of all runs that wait in the queue",
)
JOURNAL_ENTRIES = Instrument(
    name="smsgate.journal.entries",
    kind=Kind.GAUGE,
    unit="{entry}",
    attributes=("smsgate.journal",),
    what="Entries of the journal",
)
JOURNAL_SIZE = Instrument(
    name="smsgate.journal.size",
    kind=Kind.GAUGE,
    unit="By",
    attributes=("smsgate.journal",),
    what="Size of the journal on the disk",
)
BUDGET_CROSSINGS = Instrument(
    name="smsgate.budget.crossings",
    kind=Kind.COUNTER,
    unit="{crossing}",
    attributes=("smsgate.budget", "smsgate.budget.percent"),
    what="How often 50, 80 or 100 % of a budget was reached, for any of the values that it counts by",
)
BUDGET_REFUSALS = Instrument(
    name="smsgate.budget.refusals",
    kind=Kind.COUNTER,
    unit="{message}",
    attributes=("smsgate.budget",),
    what="Messages for which a budget had no room, at one provider or at all",
)
INSTRUMENTS = (
    *(MESSAGES, SEGMENTS, COST, SEND_DURATION, REQUEST_DURATION, DELIVERIES, DELIVERY_LATENCY, POSSIBLE_DUPLICATES),
    GUARD_REFUSALS,
    *(BREAKER_STATE, ACCOUNT_BLOCKED, JOURNAL_UNKNOWN, JOURNAL_QUEUED, JOURNAL_ENTRIES, JOURNAL_SIZE),
    *(BUDGET_CROSSINGS, BUDGET_REFUSALS),
)
"""All of them."""
