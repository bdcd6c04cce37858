"""Reads the recipients of a file that is written for a test."""

from __future__ import annotations

from pathlib import Path

from smsgate.sending.recipients import RecipientFile, Reject, Row


def read(path: Path, content: str | bytes, **settings: object) -> list[Row | Reject]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [*RecipientFile(path=path, **settings)]  # type: ignore[arg-type]
