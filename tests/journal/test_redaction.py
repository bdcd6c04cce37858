"""What a journal's file contains, and what it must not."""

from __future__ import annotations

import hashlib
import pickle
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smsgate import Gateway, JournalSettings, KeepText, Message, RejectedError, SqliteJournal
from tests.plain_adapter import TO, Line, gateway, message

SECRET = "canary-7f3a"


def written(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


@pytest.mark.parametrize("keep", [KeepText.HASH, KeepText.NONE])
def test_no_text_is_in_the_file_where_none_is_kept(tmp_path: Path, keep: KeepText) -> None:
    text = f"Your code is {SECRET}"
    line = Line(RejectedError(f"the text {text!r} is not allowed"))
    with gateway(JournalSettings(path=str(tmp_path / "j.db"), text=keep), line) as opened:
        list(opened.send_bulk([message(text, extra={"plain": {"note": SECRET}})], run="campaign"))
        stored = written(tmp_path)
    assert SECRET.encode() not in stored
    assert TO.encode() in stored
    assert (hashlib.sha256(text.encode()).hexdigest().encode() in stored) is (keep is KeepText.HASH)


def test_the_fingerprints_of_two_journals_differ(tmp_path: Path) -> None:
    prints = []
    for name in ("a", "b"):
        with gateway(str(tmp_path / name), Line()) as opened:
            opened.send(message(key="k"))
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(tmp_path / name)) as connection:
            prints.append(connection.execute("SELECT fingerprint FROM entries").fetchone()[0])
    assert prints[0] != prints[1]


def test_no_secret_of_the_settings_is_in_the_file(tmp_path: Path) -> None:
    settings = {
        "journal": str(tmp_path / "j.db"),
        "providers": {
            "zoom": {
                "adapter": "zoomconnect",
                "email": "a@b.example",
                "token": SECRET,
                "base_url": "http://127.0.0.1:9",
            }
        },
    }
    with Gateway.from_mapping(settings) as opened:
        list(opened.send_bulk([message()], run="campaign"))
        assert SECRET.encode() not in written(tmp_path)


def test_a_vendors_raw_answer_is_not_kept(tmp_path: Path) -> None:
    with gateway(str(tmp_path / "j.db"), Line()) as opened:
        assert opened.send(message()).raw == {"secret": "of the vendor"}
        assert b"of the vendor" not in written(tmp_path)


def test_every_field_of_a_message_comes_back() -> None:
    from smsgate.journal.message_record import read_message, write_message

    wished = Message(
        TO,
        "Olá 👍",
        sender="Shop",
        send_at=datetime(2030, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
        validity=timedelta(hours=1.5),
        key="k",
        reference="r",
        campaign="c",
        extra={"plain": {"a": [1, None, {"b": "c"}]}},
        route="r",
        provider="p",
    )
    assert read_message(TO, "k", write_message(wished, KeepText.FULL)) == wished


def test_a_journal_is_not_pickled_and_shows_only_its_path(path: str) -> None:
    with SqliteJournal(path) as journal:
        assert repr(journal) == f"SqliteJournal({path!r})"
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(journal)
