"""What the journal has of a message and of a run is read with threads and on asyncio alike."""

from __future__ import annotations

import pytest

from smsgate import FoundBy, NotFoundError, Outcome, State
from tests.plain_adapter import TO, Line, gateway, message


def test_a_message_is_looked_up_and_has_a_history(path: str) -> None:
    with gateway(path, Line()) as opened:
        opened.send(message("one", key="k"))
        opened.send(message("two"))
        found = [(match.entry.id, match.found_by) for match in opened.journal.look_up(TO)]
        assert found == [(2, FoundBy.NUMBER), (1, FoundBy.NUMBER)]
        [match] = opened.journal.look_up("k")
        assert match.found_by is FoundBy.KEY
        assert [step.kind for step in opened.journal.history(match.entry.id).steps] == ["intent", "attempt"]
        assert [*opened.journal.look_up("k", found_by=FoundBy.NUMBER)] == []
        with pytest.raises(NotFoundError):
            opened.journal.history(3)


def test_a_run_has_a_report(path: str) -> None:
    with gateway(path, Line()) as opened:
        assert [each.outcome for each in opened.send_bulk([message("one")], run="spring")] == [Outcome.ACCEPTED]
        assert opened.journal.report("spring").states == {State.ACCEPTED: 1}
        with pytest.raises(NotFoundError):
            opened.journal.report("autumn")
