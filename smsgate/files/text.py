"""Text files: UTF-8 with or without a byte order mark, or the encoding that the user names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, Literal, TextIO

from smsgate.model.errors import ConfigError

__all__ = ["UTF_8", "not_encoded", "not_readable", "open_text", "read_text", "readable"]

UTF_8 = "utf-8-sig"
"""Python's name of UTF-8 with or without a byte order mark."""


@contextmanager
def open_text(
    path: Path,
    encoding: str | None = None,
    *,
    errors: str | None = None,
    opener: Callable[[Path, Literal["rb"]], BinaryIO] = open,
) -> Iterator[TextIO]:
    """Open a file whose lines keep their ends, as CSV needs; errors are those of `readable`.

    `opener` opens its octets, as a progress bar does that counts them.
    """
    with (
        readable(path, encoding),
        opener(path, "rb") as octets,
        TextIOWrapper(octets, UTF_8 if encoding is None else encoding, errors, newline="") as file,
    ):
        yield file


@contextmanager
def readable(path: Path, encoding: str | None = None) -> Iterator[None]:
    """Turn what opening and reading a file raises into a `ConfigError` that names the file and the fix.

    `encoding` is given where the user can name another.
    """
    try:
        yield
    except OSError as error:
        raise not_readable(path, error) from None
    except LookupError:
        raise ConfigError(f"{path}: unknown encoding {encoding!r}; try utf-8 or cp1252") from None
    except UnicodeError:
        raise not_encoded(path, encoding) from None


def read_text(path: Path) -> str:
    """Return a whole file in UTF-8; raise `ConfigError` where it cannot be read."""
    try:
        return path.read_text(encoding=UTF_8)
    except (OSError, ValueError) as error:
        raise not_readable(path, error) from None


def not_readable(path: Path, error: OSError | ValueError) -> ConfigError:
    """Return the error of a file that was opened or decoded as a whole, in UTF-8."""
    if isinstance(error, OSError):
        return ConfigError(f"{path}: cannot be read: {error.strerror}")
    if isinstance(error, UnicodeDecodeError):
        return ConfigError(f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8")
    return ConfigError(f"{str(path)!r}: cannot be read: {error}")  # a path with a NUL


def not_encoded(path: Path, encoding: str | None) -> ConfigError:
    """Return the error of a file with octets that its encoding does not have."""
    if encoding not in {None, UTF_8}:
        return ConfigError(f"{path}: is not {encoding}; name its encoding")
    return ConfigError(f"{path}: is not UTF-8; save it as UTF-8{', or name its encoding' if encoding else ''}")
