"""The vendors' ids that a process without a journal remembers."""

from __future__ import annotations

from datetime import UTC, datetime

from attrs import evolve

from smsgate import Outcome, Status
from smsgate.journal.memory_ids import MemoryIds, OpenMessage
from smsgate.model.errors import UnknownOutcomeError
from smsgate.model.result import Attempt, SendResult
from smsgate.model.vendor_ids import Found
from tests.plain_adapter import message

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def end(opened: OpenMessage, *, accepted: str | None = None, doubtful: str | None = None, provider: str = "a") -> None:
    outcome = Outcome.ACCEPTED if accepted else Outcome.UNKNOWN
    error = None if accepted else UnknownOutcomeError("the connection was cut", message_id=doubtful)
    opened.ended(
        SendResult(
            message=opened.message,
            outcome=outcome,
            status=Status.QUEUED,
            provider=provider,
            message_id=accepted,
            segments=1,
            attempts=(Attempt(provider, outcome, error, NOW, 0.1),),
            error=error,
        )
    )


def test_the_ids_of_other_messages_to_the_same_recipient_are_named_and_no_others() -> None:
    ids = MemoryIds()
    own, other, doubtful = (ids.begin(message()) for _ in range(3))
    end(own, accepted="own")
    end(other, accepted="17")
    end(doubtful, doubtful="18")
    end(ids.begin(message()), doubtful="a conversation:")
    end(ids.begin(message()), accepted="19", provider="b")
    end(ids.begin(evolve(message(), to="+27821234568")), accepted="20")
    assert own.taken("a", NOW) == {"17", "18"}
    assert other.taken("a", NOW) == {"own", "18"}


def test_an_id_of_a_message_in_doubt_is_not_taken_nor_that_of_an_accepted_one_put_in_doubt() -> None:
    ids = MemoryIds()
    accepted, doubtful, own = (ids.begin(message()) for _ in range(3))
    end(accepted, accepted="17")
    end(doubtful, doubtful="17")
    end(doubtful, doubtful="18")
    assert doubtful.choose("a", Found(("17",)), NOW) is None
    assert own.choose("a", Found(("17", "18")), NOW) is None
    assert doubtful.choose("a", Found(("18",), exact=True), NOW) == "18"
