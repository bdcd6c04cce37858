"""What reconciliation finds at a vendor."""

from __future__ import annotations

from smsgate import Accepted, Matches


def test_matches_are_sorted_into_certain_and_doubtful_ones() -> None:
    one, two = Accepted(message_id="1"), Accepted(message_id="2")
    assert Matches.of([(one, True), (two, False)]) == Matches((one,), ("2",))
    assert Matches.of([]) is None
