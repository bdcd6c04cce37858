"""What a drill has found against an application."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum

from attrs import frozen

from smsgate.model.outcome import Outcome
from smsgate.model.result import SendResult
from smsgate.sandbox import LoggedRequest, Text
from smsgate.testing.applications.drill.faults import CALLS, CONNECTION_REFUSED, NO_FAULT
from smsgate.testing.applications.drill.invariants import (
    AT_MOST_ONCE,
    INVARIANTS,
    NO_FALSE_FAILED,
    NO_FALSE_SENT,
    NO_SILENT_LOSS,
)

__all__ = ["Evidence", "Finding", "Said", "findings"]


_USES = "let it send through smsgate_drill.gateway, or through Gateway.from_env() during the test"


class Said(StrEnum):
    """What the application said of a text."""

    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


@frozen(kw_only=True)
class Evidence:
    """What happened in a drill."""

    fault: str
    texts: tuple[Text, ...]
    """What people got, or will get at its time."""
    requests: tuple[LoggedRequest, ...]
    calls: int
    """How many webhook calls were made."""
    results: tuple[SendResult, ...]
    """What the drill's gateways gave."""
    said: Mapping[str, Said]

    def count(self, number: str) -> int:
        """Return how many texts a person got."""
        return sum(text.to == number for text in self.texts)

    def word(self, number: str) -> Said | None:
        """Return what the application said; without a word of the test, that a gateway's message was accepted."""
        accepted = any(each.message.to == number and each.outcome is Outcome.ACCEPTED for each in self.results)
        return self.said.get(number) or (Said.SENT if accepted else None)

    def is_held(self, number: str) -> bool:
        """Say whether a gateway keeps a message to a person until its time."""
        return any(each.message.to == number and each.outcome is Outcome.HELD for each in self.results)

    @property
    def numbers(self) -> list[str]:
        """The people of the drill."""
        of_results = (each.message.to for each in self.results)
        return [*dict.fromkeys([*self.said, *of_results, *(text.to for text in self.texts)])]

    @property
    def other_client(self) -> str | None:
        """The name of the client that made a request instead of smsgate; None if none did."""
        names = (dict(each.headers).get("User-Agent", "no User-Agent") for each in self.requests)
        return next((name for name in names if not name.startswith("smsgate/")), None)


@frozen
class Finding:
    """One thing that is wrong: which rule, and how it was broken."""

    rule: str
    sentence: str


def findings(evidence: Evidence, invariants: Collection[str], most: int) -> list[Finding]:
    """Return what is wrong: an invariant that is broken for a person, or a test that proves nothing."""
    broken = [*_broken(evidence, {*invariants, NO_FALSE_SENT}, most)]
    unproven = _unproven(evidence)
    return broken or ([Finding("the drill proves nothing", unproven)] if unproven else [])


def _broken(evidence: Evidence, invariants: Collection[str], most: int) -> Iterator[Finding]:
    for number in evidence.numbers:
        count, word = evidence.count(number), evidence.word(number)
        got = f"{number} got {count or 'no'} text{'s' if count > 1 else ''}"
        said = f'the application said "{word}"' if word else "the application said nothing of it"
        broken = {
            AT_MOST_ONCE: count > most,
            NO_FALSE_SENT: word is Said.SENT and not count,
            NO_FALSE_FAILED: word is Said.FAILED and count > 0,
            NO_SILENT_LOSS: word is None and not count and not evidence.is_held(number),
        }
        for rule in INVARIANTS:
            if rule in invariants and broken[rule]:
                yield Finding(rule, f"{got}, at most {most} expected" if rule == AT_MOST_ONCE else f"{got}, and {said}")


def _unproven(evidence: Evidence) -> str | None:
    """Say why a drill in which nothing is wrong proves nothing; None if it does."""
    reason: str | None
    met = any(each.fault == evidence.fault for each in evidence.requests)
    if evidence.fault in CALLS:
        fix = "give the application's URL to smsgate_drill.sandbox.call_back(smsgate_drill.vendor, URL)"
        return None if evidence.calls else f"no webhook call was made; {fix}"
    if evidence.fault == CONNECTION_REFUSED:
        reason = "the application reached the vendor, at another address" if evidence.requests else None
    elif not evidence.requests:
        reason = "the application made no request to the vendor"
    else:
        reason = None if met or evidence.fault == NO_FAULT else "no request of the application met the fault"
    return reason and f"{reason}; {_USES}"
