"""What must be true at the end of a history, whatever has happened in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from smsgate import Outcome, SendResult
from smsgate.journal import Entry, State
from tests.simulation.truth import Truth


def check_asked(truth: Truth, entry: Entry) -> None:
    """Each provider that has the text of an unknown message is one that the journal will ask about it.

    Where nothing but a caller's cancellation can have left it open, a vendor was asked.
    """
    text = truth.messages[entry.id].text
    if truth.is_undisturbed and text not in truth.asked:
        truth.violate(f"UNKNOWN THOUGH NOT ASKED: {text!r}, entry {entry.id}")
    _check_named(truth, entry)


def _check_named(truth: Truth, entry: Entry) -> None:
    text = truth.messages[entry.id].text
    have = {one.provider for one in truth.on_air if one.text == text}
    named = {asked.provider for asked in entry.asked} | {str(each.provider) for each in entry.former}
    if truth.wanted[text] == 1 and not have <= named:
        truth.violate(f"NOT AMONG THE ASKED: {sorted(have)} have {text!r}, the journal names {sorted(named)}")


def check_end(truth: Truth, entries: Sequence[Entry], results: Sequence[SendResult]) -> None:
    """Every message has ended, and as it really did."""
    sent = Counter(one.text for one in truth.on_air)
    ended = Counter(result.message.text for result in results)
    if lost := _missing(truth, ended):
        truth.violate(f"LOST: {lost} have no result")
    _check_ids(truth, entries)
    for entry in entries:
        _check_entry(truth, entry)
    accepted = Counter(truth.messages[entry.id].text for entry in entries if entry.state is State.ACCEPTED)
    unknown = Counter(truth.messages[entry.id].text for entry in entries if entry.state is State.UNKNOWN)
    for text, times in sent.items():
        if times > (accepted[text] + unknown[text]) * truth.copies + truth.resent[text] * truth.copies:
            truth.violate(
                f"NOT LISTED: {text!r} is on air {times} times; {accepted[text]} accepted, {unknown[text]} unknown"
            )
    for result in results:
        may_stay = truth.has_unsearchable or truth.wanted[result.message.text] > 1
        if result.outcome is Outcome.UNKNOWN and not may_stay:
            truth.violate(f"STILL UNKNOWN: {result.message.text!r} with vendors that can tell: {result.error}")


def _check_ids(truth: Truth, entries: Sequence[Entry]) -> None:
    ids: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        if entry.state is State.ACCEPTED and entry.recorded is not None and entry.recorded.message_id is not None:
            ids[str(entry.recorded.provider), entry.recorded.message_id] += 1
    for one, times in ids.items():
        if times > 1:
            truth.violate(f"ONE ID TWICE: {times} entries have {one}")


def missing_events(truth: Truth) -> list[str]:
    """Return the events that the application has not had."""
    return [name for name in truth.expected if (handing := truth.handings.get(name)) is None or not handing.returned]


def _missing(truth: Truth, ended: Counter[str]) -> list[str]:
    wanted = truth.wanted - truth.resent
    return sorted(text for text, times in wanted.items() if ended[text] < times and text.startswith("text"))


def _check_entry(truth: Truth, entry: Entry) -> None:
    text = truth.messages[entry.id].text
    if entry.state is State.INTENT:
        truth.violate(f"LEFT OPEN: entry {entry.id} ({text!r}) is still an intent")
    if entry.state is State.ACCEPTED:
        _check_named(truth, entry)
    copies = [(one.provider, one.message_id) for one in truth.on_air if one.text == text]
    recorded = entry.recorded
    if entry.state is State.ACCEPTED and recorded and (recorded.provider, recorded.message_id) not in copies:
        truth.violate(f"SAID TO BE ACCEPTED: {text!r} is not on air as {recorded.provider} {recorded.message_id}")
