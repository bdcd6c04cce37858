"""What a drill has found, in words: what happened, what the application said, and what to change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import fill

from smsgate.sandbox import Fault
from smsgate.testing.applications.drill.faults import CALLS, FAULTS, NO_FAULT
from smsgate.testing.applications.drill.found import Evidence, Finding
from smsgate.testing.applications.drill.invariants import (
    AT_MOST_ONCE,
    INVARIANTS,
    NO_FALSE_FAILED,
    NO_FALSE_SENT,
    NO_SILENT_LOSS,
)
from smsgate.testing.applications.table import table

__all__ = ["report"]

_WIDTH = 79
"""Columns of a terminal."""

_FIXES = {
    AT_MOST_ONCE: (
        "send again only after a NotSentError: after an UnknownOutcomeError the message may have been sent. "
        "With a journal, a Message(.., key=..) is sent once however often it is asked for."
    ),
    NO_FALSE_SENT: (
        'say "sent" only where `send` returns; after an UnknownOutcomeError say that it is not known, '
        "after any other error that it was not sent."
    ),
    NO_FALSE_FAILED: (
        "an UnknownOutcomeError is no failure: the message may have been sent. Say that it is not known yet; "
        '`gateway.unknowns`, with a journal, finds out. A person who reads "failed" asks for a second text.'
    ),
    NO_SILENT_LOSS: (
        "catch the errors of `send` and say what became of the text; the test passes it on with "
        "smsgate_drill.said_failed(to) or said_unknown(to)."
    ),
}
_OF_CALLS = (
    "a vendor may make a call again: act once for each event, by its message_id, or let smsgate's receiver do it."
)
_OF_MORE = (
    "nothing has failed, and the application sends more than once; if that is meant, say so: "
    "@pytest.mark.smsgate_drill(texts=2)."
)


def report(evidence: Evidence, found: Sequence[Finding]) -> str:
    """Return the message of the test that failed."""
    title = fill(f"smsgate drill, {evidence.fault}: {FAULTS[evidence.fault]}", _WIDTH)
    return "\n".join([title, "", *_rules(evidence, found), *_facts(evidence)])


def _rules(evidence: Evidence, found: Sequence[Finding]) -> Iterator[str]:
    for finding in found:
        yield fill(f"{finding.rule}: {finding.sentence}", _WIDTH)
    for rule in dict.fromkeys(finding.rule for finding in found):
        if rule in INVARIANTS:
            yield f"\nThe rule: {INVARIANTS[rule]}."
            yield fill(f"To change: {_fix(rule, evidence)}", _WIDTH)


def _fix(rule: str, evidence: Evidence) -> str:
    if evidence.fault in CALLS and rule == AT_MOST_ONCE:
        return _OF_CALLS
    if evidence.fault == NO_FAULT and rule == AT_MOST_ONCE:
        return _OF_MORE
    if evidence.other_client is not None:
        return (
            f"the application asks the vendor itself ({evidence.other_client}), where an exception does not say "
            "whether the text is out. Send through a Gateway, whose errors do: NotSentError and UnknownOutcomeError."
        )
    return _FIXES[rule]


def _facts(evidence: Evidence) -> Iterator[str]:
    yield from _part("People got:", ("to", "text"), [(text.to, repr(text.text)) for text in evidence.texts])
    said = [(number, word) for number in evidence.numbers if (word := evidence.word(number))]
    yield from _part("The application said:", ("to", "word"), said)
    results = [(each.message.to, each.outcome, _error(each.error)) for each in evidence.results]
    if results:
        yield from _part("Its gateway gave:", ("to", "outcome", "error"), results)
    requests = [
        (f"{each.method} {each.path.partition('?')[0]}", each.status or "none", _fault(each.fault))
        for each in evidence.requests
    ]
    yield from _part("The vendor saw:", ("request", "answer", "fault"), requests)


def _part(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    yield f"\n{title}" if rows else f"\n{title} nothing"
    if rows:
        yield table(head, rows)


def _error(error: BaseException | None) -> str:
    return "" if error is None else type(error).__name__


def _fault(fault: Fault | None) -> str:
    return fault or ""
