"""STOP, START and HELP are answered where the settings say so: once, under the number that was texted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smsgate import AnswerTexts, ConfigError, Gateway, Message, OptedOutError, Provider, Reply, Settings
from smsgate.journal import EventState
from smsgate.model.opt_out_scope import OptOutScopes, StopScope
from tests.journal.database.test_scoped_opt_outs import Senders
from tests.journal_at import journal_at
from tests.plain_adapter import DOWN, TO, Line

NUMBER = "+27820001111"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TEXTS = AnswerTexts(stop="No more texts.", start="Welcome back.", help="Help: help@shop.example")


def opened(path: str, line: Line, scopes: OptOutScopes | None = None) -> Gateway:
    provider = Provider("a", Senders(Settings(base_url="http://127.0.0.1"), provider="a"), line)
    return Gateway([provider], journal=journal_at(path), opt_out_answers=TEXTS, opt_out_scopes=scopes)


def reply(text: str, id_: str | None = None, at: datetime = NOON) -> Reply:
    return Reply(provider="a", message_id=id_ or text, sender=TO, text=text, to=NUMBER, received_at=at)


@pytest.fixture(name="line")
def _line() -> Line:
    return Line()


@pytest.fixture(name="gateway")
def _gateway(tmp_path: Path, line: Line) -> Iterator[Gateway]:
    with opened(str(tmp_path / "journal.db"), line) as gateway:
        yield gateway


def test_each_word_has_its_answer_and_other_replies_have_none(gateway: Gateway, line: Line) -> None:
    for minute, text in enumerate(("help?", "please help me", "STOP", "START", "Thanks")):
        gateway.incoming.deliver(reply(text, at=NOON + timedelta(minutes=5 * minute)), print)
    assert line.texts == [TEXTS.help, TEXTS.stop, TEXTS.start]
    entries = [*gateway.journal.find(to=TO)]
    assert {entry.message.sender for entry in entries if entry.message} == {NUMBER}
    assert all(entry.key and entry.key.startswith("answer-") for entry in entries)


def test_an_event_that_comes_twice_is_answered_once(gateway: Gateway, line: Line) -> None:
    def fail(_: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        gateway.incoming.deliver(reply("STOP"), fail)
    for _ in range(2):
        gateway.incoming.deliver(reply("STOP"), print)
    assert line.texts == [TEXTS.stop]


def test_two_machines_that_answer_each_other_are_answered_once_an_hour(gateway: Gateway, line: Line) -> None:
    for minute in range(0, 60, 10):
        gateway.incoming.deliver(reply("HELP", f"{minute}", NOON + timedelta(minutes=minute)), print)
    assert line.texts == [TEXTS.help]


@pytest.mark.parametrize("scopes", [OptOutScopes(), OptOutScopes(scope=StopScope.SENDER)])
def test_help_is_answered_to_a_person_who_opted_out_and_nothing_else_is_sent(
    tmp_path: Path, line: Line, scopes: OptOutScopes
) -> None:
    with opened(str(tmp_path / "journal.db"), line, scopes=scopes) as gateway:
        gateway.incoming.deliver(reply("STOP"), print)
        for minute, text in enumerate(("HELP", "please help me", "What?"), start=1):
            gateway.incoming.deliver(reply(text, at=NOON + timedelta(minutes=minute)), print)
        assert line.texts == [TEXTS.stop, TEXTS.help]
        for text in ("Sale!", TEXTS.help or ""):
            with pytest.raises(OptedOutError):
                gateway.send(Message(TO, text, sender=NUMBER))
        assert TO in gateway.opt_outs
        assert line.texts == [TEXTS.stop, TEXTS.help]


def test_an_answer_that_fails_fails_no_event(gateway: Gateway, line: Line, caplog: pytest.LogCaptureFixture) -> None:
    line.says = DOWN
    given: list[object] = []
    assert gateway.incoming.deliver(reply("STOP"), given.append) is EventState.NEW
    assert len(given) == 1
    assert TO in gateway.opt_outs
    assert "the answer to STOP 'STOP' is not sent: " in caplog.text


def test_answers_need_a_journal_and_a_text() -> None:
    provider = Provider("a", Senders(Settings(base_url="http://127.0.0.1"), provider="a"), Line())
    with pytest.raises(ConfigError, match="has no journal"):
        Gateway([provider], opt_out_answers=TEXTS)
    with pytest.raises(ConfigError, match="help is empty; write the text"):
        AnswerTexts(help=" ")
