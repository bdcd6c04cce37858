"""A file that has its name once it is complete, and replaces the one that had it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from smsgate.model.errors import ConfigError

__all__ = ["replaced"]

_OPEN_FILES = ("/dev/fd", "/dev/stdout", "/dev/stderr", "/proc")


@contextmanager
def replaced(path: Path, *, private: bool = False) -> Iterator[TextIO]:
    """Open a file to write text to; a device or a pipe is written to as it is, and a link keeps its place.

    `private` makes a new file that only its owner may read.

    Raises `ConfigError` where it cannot be made, and `OSError` where the disk is full.
    """
    try:
        is_stream = _is_stream(path)
        target = path if is_stream else path.resolve()
        part = target if is_stream else target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        how = os.O_WRONLY | (0 if is_stream else os.O_CREAT | os.O_EXCL)
        descriptor = os.open(part, how, 0o600 if private else 0o666)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error  # a name with a NUL
        fix = "name a file in a folder that you may write to"
        raise ConfigError(f"{path}: cannot be written: {why}; {fix}") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
        if not is_stream:
            part.replace(target)
    finally:
        if not is_stream:
            with suppress(OSError):  # it is there only where something failed
                part.unlink()


def _is_stream(path: Path) -> bool:
    """Whether it is a device, a pipe, or the name of an open file; a folder too, which cannot be opened."""
    named = Path(os.path.abspath(path))  # noqa: PTH100 - /dev/stdout itself, not the file behind it
    is_open = any(named.is_relative_to(place) for place in _OPEN_FILES)
    return path.exists() and (is_open or not path.is_file())
