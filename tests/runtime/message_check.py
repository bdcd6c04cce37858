"""What processes say of their messages, compared with what the vendor really sent."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from smsgate import Gateway, Message
from smsgate.sandbox import Sandbox, Text

TO = "+27821234567"
Line = dict[str, Any]


def read(report: Path) -> list[Line]:
    return [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]


def check(lines: Sequence[Line], sandbox: Sandbox) -> None:
    """Check that each text went out once, and that each process learned of its own message and of no other."""
    on_air = {text.message_id: text.text for text in sandbox.texts}
    assert [line for line in lines if line["outcome"] != "accepted"] == []
    assert {line["text"]: on_air.get(line["id"]) for line in lines} == {line["text"]: line["text"] for line in lines}
    assert [line for line in lines if line["asked"] != line["id"]] == []
    check_once(sandbox.texts, {line["text"] for line in lines})


def check_once(texts: Sequence[Text], wanted: set[str]) -> None:
    sent = Counter(text.text for text in texts)
    assert sent == dict.fromkeys(wanted, 1), f"twice: {sent - Counter(wanted)}, lost: {Counter(wanted) - sent}"


def check_journal(path: Path, settings: dict[str, Any], lines: Sequence[Line]) -> None:
    """Check that the journal has every message, ended, and gives each key's first result when it is sent again."""
    ids = {line["text"]: line["id"] for line in lines}
    with Gateway.from_mapping(settings) as gateway:
        again = {text: gateway.send(Message(TO, text, key=text)).message_id for text in ids}
        unknown = [*gateway.unknowns.list()]
    assert (again, unknown) == (ids, [])
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert dict(connection.execute("SELECT key, state FROM entries")) == dict.fromkeys(ids, "accepted")
    finally:
        connection.close()
