"""A file that has its name once it is complete, and replaces the one that had it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from smsgate.model.errors import ConfigError

__all__ = ["replaced"]


@contextmanager
def replaced(path: Path) -> Iterator[TextIO]:
    """Open a file to write text to; a device or a pipe is written to as it is.

    Raises `ConfigError` where it cannot be made, and `OSError` where the disk is full.
    """
    is_stream = path.exists() and not path.is_file()
    part = path if is_stream else path.with_name(f"{path.name}.part")
    try:
        file = part.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise ConfigError(f"the file {path} cannot be made: {error.strerror}; name another place") from None
    try:
        with file:
            yield file
        if not is_stream:
            part.replace(path)
    finally:
        if not is_stream:
            part.unlink(missing_ok=True)
