"""When a message goes out: now, at a later time by its vendor, or kept in the journal until its time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import evolve, frozen

from smsgate.adapter.abilities.sending import SendsLater
from smsgate.guards.guards import Guards
from smsgate.guards.quiet_hours import Then
from smsgate.journal import DueMessage, WaitingMessage
from smsgate.model.errors import ConfigError, InvalidMessageError, PlanChangedError, PlanError
from smsgate.model.message import Message
from smsgate.routing.hop import Hop
from smsgate.routing.limits import Limits
from smsgate.routing.plan import Plan
from smsgate.routing.route import Route

__all__ = ["Timing", "at_its_time", "expired", "mistimed", "timed"]

SOONEST, LATEST = timedelta(minutes=20), timedelta(days=4)
"""How far ahead vendors are asked to send: each takes that, and the clocks of two machines differ by less."""


@frozen
class Timing:
    """When a message goes out, and through whom."""

    outgoing: Message
    """As its vendors are given it: at another time than its own, perhaps."""
    hops: Sequence[Hop]
    refusal: InvalidMessageError | ConfigError | None = None
    hold_until: datetime | None = None
    """When it is sent, where it is kept until then."""


def at_its_time(message: Message, now: datetime) -> Message:
    """Return a message that was kept until its time, without one that is past."""
    return evolve(message, send_at=None) if message.send_at is not None and message.send_at <= now else message


def expired(waiting: WaitingMessage, now: datetime) -> InvalidMessageError | None:
    """Say that a message was kept for longer than it is valid; None if it is of use still."""
    if _is_second(waiting) or waiting.valid_until is None or waiting.may_wait_until(now):
        return None
    return InvalidMessageError(
        f"the message waited, and its validity of {waiting.message.validity} was over at "
        f"{waiting.valid_until:%Y-%m-%d %H:%M:%S} UTC; send it anew if it is still of use"
    )


def mistimed(plan: Plan, timing: Timing) -> PlanError | None:
    """Say why a plan is not sent at its time; None if it is, or is refused for another reason.

    What waits in the journal is sent by its route, at the prices of that time: no plan binds so long.
    """
    if timing.hold_until is not None:
        until = f"{timing.hold_until:%Y-%m-%d %H:%M:%S} UTC"
        return PlanError(
            f"quiet hours keep the message until {until}, longer than a plan binds; send the message instead"
        )
    if (timing.hold_until, timing.outgoing.send_at) != (plan.held_until, plan.send_at):
        return PlanChangedError("quiet hours have begun, or are over, since the plan was made; make a new one")
    return None


def timed(  # noqa: PLR0911, PLR0913 - each says when; all by name
    guards: Guards,
    message: Message,
    route: Route,
    hops: Sequence[Hop],
    *,
    limits: Limits,
    now: datetime,
    may_wait: bool,
    waiting: WaitingMessage | None = None,
) -> Timing:
    """Say when a message goes out, by the quiet hours; `may_wait` says whether the journal can keep it.

    `waiting` is what the journal has of one that it kept. A second try is put off however it is with the first: a text
    that was proven not to have arrived is of use after quiet hours too. What is not valid any more then is refused.
    """
    if guards.quiet_hours is None or message.urgent or route.urgent:
        return Timing(message, hops)
    try:
        quiet = guards.quiet_hours.quiet(message, max(now, message.send_at or now))
    except ConfigError as error:
        return Timing(message, hops, error)
    if quiet is None:
        return Timing(message, hops)
    if quiet.allowed_at is None:
        return Timing(message, hops, quiet.refusal(message.to))
    if not _is_valid(message, quiet.allowed_at, waiting, now):
        return Timing(message, hops, quiet.refusal(message.to, validity=message.validity))
    second = _is_second(waiting)
    if quiet.then is Then.REFUSE:
        waits = second and may_wait
        return Timing(message, hops, None if waits else quiet.refusal(message.to), quiet.allowed_at if waits else None)
    later = evolve(message, send_at=quiet.allowed_at)
    able = [hop for hop in hops if hop.provider.can(SendsLater) and hop.refusal(later, limits) is None]
    if able and able[0] is hops[0] and SOONEST <= quiet.allowed_at - now <= LATEST:
        return Timing(later, able)
    if not may_wait:
        return Timing(message, hops, quiet.refusal(message.to))
    return Timing(message, hops, hold_until=quiet.allowed_at)


def _is_second(waiting: WaitingMessage | None) -> bool:
    return isinstance(waiting, DueMessage) and waiting.is_second


def _is_valid(message: Message, at: datetime, waiting: WaitingMessage | None, now: datetime) -> bool:
    """Whether a message is of use at a later time."""
    if waiting is not None:
        return waiting.may_wait_until(at)
    return message.validity is None or at - max(now, message.send_at or now) <= message.validity
