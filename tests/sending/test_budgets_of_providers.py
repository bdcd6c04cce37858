"""A provider whose budget has no room is passed over, alone and in a bulk call."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from smsgate import Gateway, Outcome, Provider, Settings, SqliteJournal
from smsgate.guards.budget import Budget
from smsgate.guards.guards import Guards
from smsgate.model.errors import BudgetExceededError, InvalidMessageError
from tests.plain_adapter import InBulk, Line, Plain, message


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> str:
    return str(tmp_path / "journal.db")


def opened(path: str, lines: dict[str, Line], adapter: type[Plain], most: int) -> Gateway:
    settings = Settings(base_url="http://127.0.0.1")
    providers = [Provider(name, adapter(settings, provider=name), line) for name, line in lines.items()]
    guards = Guards(counting=[Budget(name="each", per="1d", most=Decimal(most), by="provider")])
    return Gateway(providers, journal=SqliteJournal(path), guards=guards)


def test_the_next_provider_is_asked_once_the_first_has_no_budget_left(path: str) -> None:
    lines = {"a": Line(), "b": Line()}
    with opened(path, lines, Plain, most=2) as gateway:
        sent = [gateway.send(message(str(each))).provider for each in range(4)]
        with pytest.raises(
            InvalidMessageError, match=r"a: budgets\.each: 2 of 2 messages for a used; .* b: budgets"
        ) as raised:
            gateway.send(message("one too many"))
    assert sent == ["a", "a", "b", "b"]
    assert [len(each.texts) for each in lines.values()] == [2, 2]
    assert raised.value.result is not None
    assert raised.value.result.outcome is Outcome.REJECTED


def test_in_a_bulk_call_goes_what_the_budget_has_room_for_and_the_rest_to_the_next(path: str) -> None:
    lines = {"a": Line(), "b": Line()}
    with opened(path, lines, InBulk, most=3) as gateway:
        results = [*gateway.send_bulk([message(str(each)) for each in range(5)], workers=1)]
    assert [each.provider for each in results] == ["a", "a", "a", "b", "b"]
    assert lines["a"].texts == ["0", "1", "2"]
    assert sorted(lines["b"].texts) == ["3", "4"]


def test_a_message_whose_only_provider_has_no_budget_left_is_refused(path: str) -> None:
    line = Line()
    with opened(path, {"a": line}, Plain, most=1) as gateway:
        gateway.send(message("first"))
        with pytest.raises(BudgetExceededError, match="there is room at"):
            gateway.send(message("second"))
    assert line.texts == ["first"]
