"""What can be shown of a person's number: the journal's records of all kinds, put in the order of time."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping
from heapq import heappop, heappush
from itertools import count

from smsgate.engine import Engine
from smsgate.journal import JournalEvidence, OptOutChange, PersonRecord, RefusedAttempts, State, Trail
from smsgate.journal.message_record import text_hash
from smsgate.model.consent import RecordedConsent
from smsgate.model.errors import InvalidMessageError
from smsgate.model.evidence import EvidenceItem, EvidenceKind
from smsgate.model.history import HistoryStep, StepKind
from smsgate.receiving.history import history_of

__all__ = ["evidence_of"]


async def evidence_of(evidence: JournalEvidence, engine: Engine, number: str) -> AsyncGenerator[EvidenceItem, None]:
    """Give what there is of an E.164 number; messages are read page by page.

    A message is shown at its intent. What happened later, such as its report, waits until the messages before that time
    were given.
    """
    waiting = _Waiting()
    for item in _of_person(await engine.call(evidence.person, number)):
        waiting.add(item)
    after = 0
    while page := await engine.call(evidence.sent, number, after):
        for trail in page:
            for item in _of_message(trail):
                waiting.add(item)
            for item in waiting.until(trail.entry.created.timestamp()):
                yield item
        after = page[-1].entry.id
    for item in waiting.until(float("inf")):
        yield item


class _Waiting:
    """Items that are to be given, the earliest first; those of one moment in the order in which they came."""

    def __init__(self) -> None:
        self._items: list[tuple[float, int, EvidenceItem]] = []
        self._numbers = count()

    def add(self, item: EvidenceItem) -> None:
        heappush(self._items, (item.at.timestamp(), next(self._numbers), item))

    def until(self, moment: float) -> Iterator[EvidenceItem]:
        while self._items and self._items[0][0] <= moment:
            yield heappop(self._items)[2]


def _of_person(known: PersonRecord) -> Iterator[EvidenceItem]:
    yield from map(_consent, known.consents)
    yield from map(_opt_out, known.opt_outs)
    yield from map(_refused_attempts, known.refusals)


def _consent(recorded: RecordedConsent) -> EvidenceItem:
    consent = recorded.consent
    where = f", {consent.source}" if consent.source else ""
    return EvidenceItem(
        kind=EvidenceKind.CONSENT,
        at=consent.at,
        line=f"agreed to version {consent.version!r}{where}",
        fields=_known(
            version=consent.version, text=consent.text, source=consent.source, recorded=recorded.recorded.isoformat()
        ),
    )


def _opt_out(change: OptOutChange) -> EvidenceItem:
    listed = f"by the list of {change.provider}" if change.provider else "by hand"
    how = f"by {change.word!r} to {change.provider}" if change.word and change.provider else listed
    what = "asked not to be texted" if change.stopped else "took an opt-out back"
    about = f", about {change.scope}" if change.scope else ""
    return EvidenceItem(
        kind=EvidenceKind.OPT_OUT if change.stopped else EvidenceKind.OPT_IN,
        at=change.at,
        line=f"{what}, {how}{about}",
        fields=_known(provider=change.provider, word=change.word, scope=change.scope),
    )


def _refused_attempts(refused: RefusedAttempts) -> EvidenceItem:
    times = "a message was" if refused.count == 1 else f"{refused.count:,} messages were"
    last = f", the last at {refused.last:%H:%M:%S} UTC" if refused.count > 1 else ""
    return EvidenceItem(
        kind=EvidenceKind.REFUSED,
        at=refused.first,
        line=f"{times} refused before any request{last}: {refused.reason or refused.kind}",
        fields=_known(
            error=refused.kind,
            reason=refused.reason,
            count=refused.count,
            first=refused.first.isoformat(),
            last=refused.last.isoformat(),
            campaign=refused.campaign,
            key=refused.key,
        ),
    )


def _of_message(trail: Trail) -> Iterator[EvidenceItem]:
    """Give a message, then its reports."""
    history = history_of(trail)
    yield _message(trail, [*history.steps])
    yield from (_report(trail, step) for step in history.steps if step.kind is StepKind.REPORT)


def _message(trail: Trail, steps: list[HistoryStep]) -> EvidenceItem:
    entry, recorded = trail.entry, trail.entry.recorded
    error = None if recorded is None else recorded.error
    refused = isinstance(error, InvalidMessageError) and recorded is not None and not recorded.attempts
    words = [step.text for step in steps if step.kind in {StepKind.ATTEMPT, StepKind.OUTCOME}]
    text = None if entry.message is None else entry.message.text
    status = entry.delivery or recorded
    return EvidenceItem(
        kind=EvidenceKind.REFUSED if refused else EvidenceKind.TEXT,
        at=entry.created,
        line=f"message {entry.id}: {'; '.join(words) or entry.state.value}",
        fields=_known(
            entry=entry.id,
            state=entry.state.value,
            provider=None if recorded is None else recorded.provider,
            message_id=None if recorded is None else recorded.message_id,
            status=None if status is None or entry.state is not State.ACCEPTED else status.status.value,
            price=None if recorded is None or recorded.price is None else str(recorded.price),
            error=None if error is None else type(error).__name__,
            reason=None if error is None else str(error),
            campaign=trail.campaign,
            reference=trail.reference,
            key=entry.key,
            run=entry.run,
            text=text,
            sha256=trail.text_hash or (None if text is None else text_hash(text)),
        ),
    )


def _report(trail: Trail, step: HistoryStep) -> EvidenceItem:
    delivery = trail.entry.delivery
    is_last = delivery is not None and step.at == delivery.changed
    return EvidenceItem(
        kind=EvidenceKind.REPORT,
        at=step.at,
        line=f"message {trail.entry.id}: {step.text}",
        fields=_known(
            entry=trail.entry.id,
            provider=step.provider,
            message_id=step.message_id,
            status=delivery.status.value if delivery is not None and is_last else None,
        ),
    )


def _known(**fields: str | int | None) -> Mapping[str, str | int]:
    return {name: value for name, value in fields.items() if value is not None}
