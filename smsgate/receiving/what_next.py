"""What happens next to a message in a journal, or what to do about it."""

from __future__ import annotations

from shlex import quote

from smsgate.journal import Entry, State, Trail
from smsgate.model.errors import InvalidMessageError
from smsgate.model.run import RunState

__all__ = ["what_next"]


_WORDS = {
    State.INTENT: "a provider is being asked; if its process ends before the answer, it is listed as unknown",
    State.UNKNOWN: "unknown: settle it with `smsgate unknown reconcile {id}`, or by hand with "
    "`smsgate unknown resolve {id}`; it is not sent again by itself",
    State.REJECTED: "nothing: a message that was refused is not sent again by itself, nor by its key or run",
    State.HELD: "held: `smsgate work` or `gateway.send_due()` sends it after {due:%Y-%m-%d %H:%M:%S} UTC; "
    "`smsgate held cancel {id}` cancels it",
    State.CANCELLED: "nothing: {why}",
}
_SECOND_TRY = (
    "a second try: `smsgate work` or `gateway.send_due()` makes it after {due:%Y-%m-%d %H:%M:%S} UTC, "
    "unless a report says before that it was delivered"
)


def what_next(trail: Trail) -> str:
    """Say what happens next, in one line."""
    entry = trail.entry
    if entry.state is State.ACCEPTED:
        return _accepted(trail) if entry.due is None else _SECOND_TRY.format(due=entry.due)
    if entry.state is State.QUEUED:
        return _queued(entry, trail.run_state)
    if entry.state is State.NOT_SENT or _was_refused_here(entry):
        return _again(entry)
    return _WORDS[entry.state].format(id=entry.id, due=entry.due, why=entry.why_cancelled)


def _queued(entry: Entry, state: RunState | None) -> str:
    run = quote(entry.run or "")
    if state is RunState.PAUSED:
        return f"waits in a run that is paused: `smsgate run resume {run}`"
    return f"waits for a runner (`smsgate work`); see `smsgate run status {run}`"


def _accepted(trail: Trail) -> str:
    entry, delivery = trail.entry, trail.entry.delivery
    if entry.recorded is None or entry.recorded.message_id is None:
        return "nothing: no vendor's id is known, so no report can be about it"
    if delivery is None and entry.recorded.status.is_final:  # a vendor for tests delivers as it accepts
        return f"nothing: {entry.recorded.status.value} is final"
    if delivery is not None and delivery.status.is_final:
        if trail.is_awaited and not delivery.source.is_confirmed:
            return f"{delivery.status.value} is what a webhook says; polling asks the vendor (`smsgate poll`)"
        return f"nothing: {delivery.status.value} is final"
    if trail.is_awaited:
        return "waits for a report: by webhook, or when the vendor is asked (`smsgate poll`)"
    return "polling has given it up; a webhook may still report on it"


def _again(entry: Entry) -> str:
    """Say what sends a message that is certainly not out."""
    if entry.run is not None:
        return f"nothing by itself; sending the run {entry.run!r} again sends it"
    if entry.key is not None:
        return "nothing by itself; sending it again with its key sends it"
    return "nothing by itself; it may be sent again"


def _was_refused_here(entry: Entry) -> bool:
    return entry.recorded is not None and isinstance(entry.recorded.error, InvalidMessageError)
