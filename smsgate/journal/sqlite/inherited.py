"""Files that a forked process inherited open: SQLite's list of locks, which is one a process, is wrong about them.

So this list is one a process, too.
"""

from __future__ import annotations

import os
import sys

if sys.platform != "win32":
    import fcntl

__all__ = ["is_inherited", "note_inherited"]

_files: set[tuple[int, int]] = set()


def is_inherited(file: tuple[int, int] | None) -> bool:
    """Say whether a file must not be opened in this process."""
    return file in _files


def note_inherited(file: tuple[int, int] | None, *, certain: bool) -> None:
    """Look, right after a fork, whether the process has a database open for writing, through whomever."""
    if file is not None and (certain or any(_is_open(each, file) for each in _descriptors())):
        _files.add(file)


def _descriptors() -> list[int]:
    folder = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
    try:
        return [int(each) for each in os.listdir(folder)]  # noqa: PTH208 - numbers, and nothing else
    except OSError:
        return []


def _is_open(descriptor: int, file: tuple[int, int]) -> bool:
    if sys.platform == "win32":
        return False
    try:
        there = os.fstat(descriptor)
        mode = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE
    except OSError:  # the listing's own
        return False
    return (there.st_dev, there.st_ino) == file and mode == os.O_RDWR
