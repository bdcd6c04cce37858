"""What a drill finds: a message that is kept until its time is not lost."""

from __future__ import annotations

from datetime import UTC, datetime

from smsgate import Message, NotSentError, Outcome, SendResult, Status
from smsgate.sending.failure import not_begun
from smsgate.testing.applications.drill.found import Evidence, findings
from smsgate.testing.applications.drill.invariants import NO_SILENT_LOSS as LOST

TO = "+27821234567"


def evidence(result: SendResult) -> Evidence:
    return Evidence(fault="none", texts=(), requests=(), calls=0, results=(result,), said={})


def test_a_held_message_is_not_lost_and_one_that_is_not_sent_is() -> None:
    unsent = not_begun(Message(TO, "a"), NotSentError("no"))
    held = SendResult(
        message=Message(TO, "a"),
        outcome=Outcome.HELD,
        status=Status.SCHEDULED,
        provider=None,
        message_id=None,
        segments=1,
        attempts=(),
        held_until=datetime(2026, 12, 1, 6, tzinfo=UTC),
    )
    assert [each.rule for each in findings(evidence(unsent), {LOST}, 1)] == [LOST]
    assert LOST not in [each.rule for each in findings(evidence(held), {LOST}, 1)]
