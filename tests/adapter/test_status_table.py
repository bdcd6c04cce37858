"""A vendor's words for statuses."""

from __future__ import annotations

import pytest

from smsgate import Status, StatusTable, UnsupportedError


def test_a_new_word_for_a_status_is_unknown() -> None:
    table = StatusTable(seen=Status.DELIVERED, lost=Status.FAILED, gone=Status.FAILED)
    assert [table.of(word) for word in ("seen", "new", None)] == [Status.DELIVERED, Status.UNKNOWN, Status.UNKNOWN]
    assert table.words(Status.FAILED, "the vendor") == ["lost", "gone"]
    with pytest.raises(UnsupportedError, match=r"^the vendor has no status queued \(it has: delivered, failed\)$"):
        table.words(Status.QUEUED, "the vendor")
