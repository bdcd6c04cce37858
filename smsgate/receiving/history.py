"""The history of a message in words, from what a journal has of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attrs import evolve

from smsgate.journal import Asked, Entry, Standing, State, Trail
from smsgate.model.entry import Try
from smsgate.model.errors import ProviderError, SmsgateError
from smsgate.model.history import History, HistoryStep, StepKind
from smsgate.model.opt_out_scope import ALL
from smsgate.model.outcome import Outcome
from smsgate.model.result import Attempt
from smsgate.model.source import Source
from smsgate.receiving.what_next import what_next

__all__ = ["history_of"]

_SOURCES = {Source.WEBHOOK: "by webhook", Source.SIGNED: "by signed webhook", Source.POLLED: "polled"}


def history_of(trail: Trail) -> History:
    """Return the history of a message."""
    steps = [*_steps(trail)]
    asked = min((step.at for step in steps if step.kind is StepKind.ATTEMPT), default=trail.entry.created)

    def place(step: HistoryStep) -> datetime:
        """Say where a step is: an intent before who was asked, though a database's clock may be ahead of a host's."""
        return min(step.at, asked) if step.kind in {StepKind.INTENT, StepKind.QUEUED} else step.at

    return History(entry=trail.entry, steps=tuple(sorted(steps, key=place)), next=what_next(trail))


def _steps(trail: Trail) -> Iterator[HistoryStep]:
    """Give the steps, those of one moment in the order in which they happened."""
    yield from (_standing(trail, standing) for standing in trail.standings)
    yield _intent(trail)
    for each in trail.entry.former:  # a replaced one may be a second try itself; one without a text is one
        yield from _named(_former(trail, each), is_second=each.state is not State.ACCEPTED or each is not _first(trail))
    yield from (_earlier(asked) for asked in trail.earlier)
    yield from _named(_attempts(trail), is_second=_is_second(trail.entry))
    yield from _outcome(trail)
    yield from _reports(trail)


def _first(trail: Trail) -> Try:
    return trail.entry.attempts[0]


def _is_second(entry: Entry) -> bool:
    """Say whether the entry's own try was made because an earlier text did not arrive."""
    return any(each.state is State.ACCEPTED for each in entry.former)


def _named(steps: Iterator[HistoryStep], *, is_second: bool) -> Iterator[HistoryStep]:
    """Say of the attempts of a second try that they are."""
    for step in steps:
        named = is_second and step.kind is StepKind.ATTEMPT
        yield evolve(step, text=f"second try, {step.text}") if named else step


def _former(trail: Trail, former: Try) -> Iterator[HistoryStep]:
    """Give the steps of a try that is not the entry's own: a later one replaced it, or it put no text out."""
    if former.state is State.CANCELLED:
        text = f"a second try by {former.provider} was called off: a report said that the message was delivered"
        yield HistoryStep(at=former.at, kind=StepKind.OUTCOME, text=text, provider=former.provider)
        return
    entry = evolve(
        trail.entry,
        state=former.state,
        recorded=former.recorded,
        delivery=former.delivery,
        asked=(),
        changed=former.at,
        former=(),
    )
    alone = evolve(trail, entry=entry, earlier=(), first_report=None, was_delivered=None)
    yield from _attempts(alone)
    yield from _outcome(alone)
    if former.delivered_late is None:
        yield from _reports(alone)
    else:
        text = f"delivered by {former.provider} after all, though another provider had been asked: a possible duplicate"
        yield HistoryStep(at=former.delivered_late, kind=StepKind.REPORT, text=text, provider=former.provider)


def _intent(trail: Trail) -> HistoryStep:
    entry, message = trail.entry, trail.entry.message
    parts = [
        f"run {entry.run!r}" if entry.run else None,
        f"key {entry.key!r}" if entry.key else None,
        f"reference {trail.reference!r}" if trail.reference else None,
        f"campaign {trail.campaign!r}" if trail.campaign else None,
        f"route {trail.route!r}" if trail.route else None,
        f"only by {trail.provider}" if trail.provider else None,
        f"sender {trail.sender!r}" if trail.sender else None,
        _count(len(message.text), "character") if message is not None else None,
        _count(trail.segments, "segment"),
        _count(len(message.media), "file") if message is not None and message.media else None,
        f"to be delivered at {trail.send_at:%Y-%m-%d %H:%M:%S} UTC" if trail.send_at is not None else None,
        f"claimed {trail.claims} times" if trail.claims > 1 else None,
    ]
    kind = StepKind.INTENT if trail.run_state is None else StepKind.QUEUED
    return HistoryStep(at=entry.created, kind=kind, text=", ".join(filter(None, parts)))


def _earlier(asked: Asked) -> HistoryStep:
    text = f"{asked.provider} was asked{_under(asked)}, and may have the text; it was sent again since, by choice"
    return _asked_step(asked, text)


def _attempts(trail: Trail) -> Iterator[HistoryStep]:
    """Give the attempts of the last claim, and who was asked without an attempt that is recorded."""
    entry, attempts = trail.entry, trail.entry.recorded.attempts if trail.entry.recorded else ()
    asked = [each for each in entry.asked if each not in trail.earlier]
    for attempt in attempts:
        yield _attempt(trail, attempt, next((each for each in asked if each.provider == attempt.provider), None))
    for each in asked:
        if all(attempt.provider != each.provider for attempt in attempts):
            ending = "its answer is awaited" if entry.state is State.INTENT else "no answer is recorded"
            yield _asked_step(each, f"{each.provider} was asked{_under(each)}; {ending}")


def _attempt(trail: Trail, attempt: Attempt, asked: Asked | None) -> HistoryStep:
    """Say how an attempt ended; the one that was accepted has what the message was accepted with."""
    recorded = trail.entry.recorded
    known = attempt.submission or (asked.submission.id if asked is not None and asked.submission is not None else None)
    if known is None and trail.entry.delivery is not None and attempt.provider == trail.entry.delivery.provider:
        known = trail.entry.delivery.submission
    message_id = getattr(attempt.error, "message_id", None)
    parts = [f"{attempt.provider}: {attempt.outcome.value} after {attempt.seconds:.2f} s"]
    if recorded is not None and attempt.outcome is recorded.outcome is Outcome.ACCEPTED:
        message_id = recorded.message_id
        parts += [f"price {recorded.price}"] if recorded.price is not None else []
        parts += [f"sent as {recorded.sender!r}"] if recorded.sender not in {None, trail.sender} else []
        parts += recorded.notes
    parts += [f"its id {message_id}"] if message_id else []
    parts += [f"submission {known}"] if known else []
    text = ", ".join(parts) + _why(attempt.error)
    return HistoryStep(
        at=attempt.started,
        kind=StepKind.ATTEMPT,
        text=text,
        provider=attempt.provider,
        submission=known,
        message_id=message_id,
        seconds=attempt.seconds,
        error=attempt.error,
    )


def _outcome(trail: Trail) -> Iterator[HistoryStep]:
    """Give the end of a message, unless it is the answer to its last attempt."""
    entry, recorded = trail.entry, trail.entry.recorded
    if entry.state in {State.QUEUED, State.HELD, State.INTENT}:
        return
    if recorded is None:
        why = {
            State.UNKNOWN: "listed as unknown: its process ended, or gave no sign of life, before it recorded an end",
            State.CANCELLED: entry.why_cancelled,
        }
        text = why.get(entry.state, "it ended before a provider was asked")
        yield HistoryStep(at=entry.changed, kind=StepKind.OUTCOME, text=f"{entry.state.value}: {text}")
        return
    if recorded.attempts and recorded.attempts[-1].outcome is recorded.outcome:
        return
    text = entry.state.value
    if entry.state is State.ACCEPTED:
        text += f" by {recorded.provider}" if recorded.provider else ""
        text += ": settled later, by reconciliation, a report, or by hand"
        text += f"; its id {recorded.message_id}" if recorded.message_id else ""
    yield HistoryStep(
        at=entry.changed,
        kind=StepKind.OUTCOME,
        text=text + _why(recorded.error),
        provider=recorded.provider,
        message_id=recorded.message_id,
        error=recorded.error,
    )


def _reports(trail: Trail) -> Iterator[HistoryStep]:
    delivery = trail.entry.delivery
    if delivery is None:
        return
    if trail.first_report is not None and trail.first_report < delivery.changed:
        text = "the first report; the journal keeps the status of the last one"
        yield HistoryStep(at=trail.first_report, kind=StepKind.REPORT, text=text, provider=delivery.provider)
    word = f" ({delivery.raw_status})" if delivery.raw_status else ""
    parts = [f"{delivery.status.value}{word}, {_SOURCES[delivery.source]} of {delivery.provider}"]
    parts += [delivery.reason] if delivery.reason else []
    if trail.was_delivered is not None:
        had = "has had" if trail.was_delivered else "has not had"
        parts.append(f"the application {had} it as an event")
    yield HistoryStep(
        at=delivery.changed,
        kind=StepKind.REPORT,
        text="; ".join(parts),
        provider=delivery.provider,
        submission=delivery.submission,
        message_id=delivery.message_id,
    )


def _standing(trail: Trail, standing: Standing) -> HistoryStep:
    to = f" to {standing.provider}" if standing.provider else ""
    how = f"by {standing.word!r}{to}" if standing.word else "by hand"
    of = "" if standing.scope == ALL else f" of {standing.scope}"
    if not standing.stopped:
        text = f"took an opt-out{of} back, {how}"
    elif standing.confirmation == trail.entry.id:
        text = f"asked not to be texted, {how}; this message confirms it"
    else:
        text = f"asked not to be texted, {how}: no message{of} is sent from then on"
    kind = StepKind.OPT_OUT if standing.stopped else StepKind.OPT_IN
    return HistoryStep(at=standing.at, kind=kind, text=text, provider=standing.provider)


def _asked_step(asked: Asked, text: str) -> HistoryStep:
    return HistoryStep(
        at=asked.since,
        kind=StepKind.ATTEMPT,
        text=text,
        provider=asked.provider,
        submission=None if asked.submission is None else asked.submission.id,
        message_id=asked.message_id,
    )


def _under(asked: Asked) -> str:
    """Return by what a vendor may know a message."""
    names = [f"submission {asked.submission.id}"] if asked.submission is not None else []
    names += [f"its id {asked.message_id}"] if asked.message_id else []
    return f" ({', '.join(names)})" if names else ""


def _why(error: SmsgateError | None) -> str:
    if error is None:
        return ""
    code = f" [{error.code}]" if isinstance(error, ProviderError) and error.code else ""
    reason = error.reason if isinstance(error, ProviderError) else str(error)
    return f": {reason}{code}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
