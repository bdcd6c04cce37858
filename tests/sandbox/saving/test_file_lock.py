"""The lock that keeps two sandboxes from one state file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from smsgate.sandbox.saving.file_lock import FileLock
from tests.child_process import fork


def test_one_of_two_takes_it_until_it_is_released(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert (first.take(), first.take(), second.take()) == (True, True, False)
    first.release()
    assert (first.taken, second.take()) == (False, True)
    second.release()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_does_not_keep_what_its_parent_has_released(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    assert lock.take()
    reading, writing = os.pipe()
    child = fork(lambda: os.read(reading, 1))
    lock.release()
    other = FileLock(tmp_path / "lock")
    taken = other.take()
    os.write(writing, b".")
    assert (taken, child.wait()) == (True, 0)
    for file in (reading, writing):
        os.close(file)
    other.release()
