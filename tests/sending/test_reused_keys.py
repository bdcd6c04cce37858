"""A key that another message had is not taken for success: the vendor has not sent the second message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from smsgate import (
    Accepted,
    Adapter,
    Conversation,
    Effect,
    Gateway,
    Message,
    Outcome,
    Provider,
    Request,
    SendsBulk,
    Settings,
    SqliteJournal,
    Submission,
    UnknownOutcomeError,
)
from smsgate.testing import StubTransport, Unpaced, answer

TO = "+27821234567"


class Keyed(Adapter[Settings]):
    """Its vendor answers a key that it knows with the id of the first message."""

    name = "keyed"
    Settings = Settings
    dedup_window = timedelta(hours=11)

    def headers(self) -> Mapping[str, str]:
        return {}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        return Accepted(message_id=str((yield Request("POST", "texts", effect=Effect.KEYED)).json()))


class KeyedBulk(Keyed, SendsBulk):
    bulk_size = 5

    def send_bulk(self, messages: object, submissions: object) -> Conversation[list[Accepted]]:
        ids = (yield Request("POST", "many", effect=Effect.KEYED)).json()
        assert isinstance(ids, list)
        return [Accepted(message_id=str(each)) for each in ids]


def provider(adapter: type[Keyed], *ids: object) -> Provider:
    stub = StubTransport([answer(json=each) for each in ids])
    return Provider("a", adapter(Settings(base_url="http://vendor"), provider="a"), stub, pace_store=Unpaced())


@pytest.mark.parametrize("journal", [True, False])
def test_an_accepted_message_with_the_id_of_another_one_is_unknown(tmp_path: Path, *, journal: bool) -> None:
    kept = SqliteJournal(tmp_path / "j.db") if journal else None
    with Gateway([provider(Keyed, "m1", "m1", "m2")], journal=kept) as gateway:
        assert gateway.send(Message(TO, "one")).message_id == "m1"
        with pytest.raises(UnknownOutcomeError, match="m1, which another message has; that one had the same key"):
            gateway.send(Message(TO, "two"))
        assert gateway.send(Message(TO, "three")).message_id == "m2"
        if journal:
            assert [entry.message and entry.message.text for entry in gateway.unknowns.list()] == ["two"]


def test_messages_of_a_bulk_call_have_an_id_each(tmp_path: Path) -> None:
    with Gateway([provider(KeyedBulk, ["m1", "m2", "m1"])], journal=SqliteJournal(tmp_path / "j.db")) as gateway:
        results = [*gateway.send_bulk([Message(TO, text) for text in ("one", "two", "three")])]
    assert [result.outcome for result in results] == [Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.UNKNOWN]
