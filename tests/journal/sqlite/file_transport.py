"""What is on air, seen by all processes: a transport that appends each text to a file."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from smsgate import Answer, Gateway, JournalSettings, Message, Request, Settings, SqliteJournal
from smsgate.blocking.provider import Provider
from smsgate.testing import answer
from tests.plain_adapter import TO, Plain

__all__ = ["FileTransport", "gateway", "message"]


class FileTransport:
    """Accepts everything."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        assert isinstance(request.json, dict)
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, f"{request.json['text']}\n".encode())
        os.close(file)
        return answer(json={})

    def close(self) -> None:
        pass

    @property
    def texts(self) -> Counter[str]:
        """How often each text was sent."""
        return Counter(self.path.read_text().splitlines()) if self.path.exists() else Counter()


def gateway(path: str, transport: FileTransport, *, lease: float = 15.0, patience: float = 20.0) -> Gateway:
    provider = Provider("a", Plain(Settings(base_url="http://127.0.0.1"), provider="a"), transport)
    return Gateway([provider], journal=SqliteJournal(JournalSettings(path=path, lease=lease, patience=patience)))


def message(key: str) -> Message:
    return Message(TO, key, key=key)
