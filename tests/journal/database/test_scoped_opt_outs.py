"""An opt-out silences what it is of, in both databases; where that is not certain, it silences more."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from attrs import evolve

from smsgate import (
    ChoosesSender,
    ConfigError,
    Gateway,
    Message,
    OptedOutError,
    OptIn,
    OptOut,
    OptOutRecord,
    Outcome,
    Provider,
    Reply,
    Request,
    SenderTable,
    Settings,
)
from smsgate.model.opt_out_scope import OptOutScopes, Programme, StopScope
from tests.journal_at import journal_at, rows
from tests.plain_adapter import DOWN, TO, Line, Plain, Said

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ONE, TWO, THREE = "+27820001111", "+27820002222", "+27820003333"
SCOPES = OptOutScopes(
    scope=StopScope.SENDER,
    programmes={"alerts": Programme(senders=(ONE,), campaigns=("alerts",)), "news": Programme(senders=(TWO,))},
    region="ZA",
)


class Senders(Plain, ChoosesSender):
    """Sends under the sender of the message."""

    name = "senders"


@contextmanager
def opened(path: str, *lines: Line, scopes: OptOutScopes = SCOPES, senders: Sequence[str] = ()) -> Iterator[Gateway]:
    """Open a gateway on a provider for each line, of which each has its sender, if there are any."""
    tables: Sequence[SenderTable | None] = [SenderTable({"default": sender}) for sender in senders] or [None, None]
    providers = [
        Provider(name, Senders(Settings(base_url="http://127.0.0.1", senders=table), provider=name), line)
        for name, line, table in zip("ab", lines or (Line(),), tables, strict=False)
    ]
    with Gateway(
        providers, journal=journal_at(path), deadline=30.0, default_region="ZA", opt_out_scopes=scopes
    ) as gateway:
        yield gateway


def reply(text: str, to: str | None = None, at: datetime = NOON, **fields: object) -> Reply:
    id_ = f"{text}-{to}-{at}"
    return Reply(provider="a", message_id=id_, sender=TO, text=text, to=to, received_at=at, **fields)  # type: ignore[arg-type]


def said(gateway: Gateway, *replies: Reply) -> list[tuple[str, ...]]:
    """Receive replies; return what they are of."""
    given: list[tuple[str, ...]] = []

    def note(event: object) -> None:
        assert isinstance(event, OptOut | OptIn)
        given.append(event.scopes)

    for each in replies:
        gateway.incoming.deliver(each, note)
    return given


def under(sender: str | None, campaign: str | None = None) -> Message:
    return Message(TO, "Your code is 4711", sender=sender, campaign=campaign)


def goes(gateway: Gateway, message: Message) -> bool:
    """Send a message; say whether it went out, and see that a rehearsal and a plan say the same."""
    planned = gateway.plan(message).refusal
    try:
        gateway.send(message)
    except OptedOutError:
        assert isinstance(planned, OptedOutError)
        return False
    assert planned is None
    return True


def test_a_stop_to_one_sender_silences_its_programme_and_nothing_else(path: str) -> None:
    with opened(path) as gateway:
        assert said(gateway, reply("STOP", ONE)) == [("alerts",)]
        assert [goes(gateway, under(each)) for each in (ONE, TWO, THREE)] == [False, True, True]
        assert not goes(gateway, under(THREE, "alerts"))
        assert not goes(gateway, under(None))  # the vendor chooses
        with pytest.raises(OptedOutError, match=r"on 2026-11-20 by 'STOP' to a, of alerts$"):
            gateway.send(under(ONE))
        assert said(gateway, reply("START", ONE, NOON + timedelta(hours=1))) == [("alerts",)]
        assert goes(gateway, under(ONE))


def test_a_stop_that_answers_a_message_is_of_that_messages_campaign(path: str) -> None:
    with opened(path) as gateway:
        sent = gateway.send(under(THREE, "alerts"))
        answer = reply("STOP", in_reply_to=sent.message_id)
        assert said(gateway, answer) == [("alerts", f"sender:{THREE}")]
        assert [goes(gateway, under(each)) for each in (ONE, TWO, THREE)] == [False, True, False]


def test_a_start_takes_back_what_a_stop_there_would_silence_and_nothing_more(path: str) -> None:
    later = NOON + timedelta(hours=1)
    with opened(path) as gateway:
        gateway.opt_outs.add(TO)
        said(gateway, reply("STOP", ONE), reply("START", TWO, later))
        assert [each.scope for each in gateway.opt_outs] == ["alerts", "all"]
        assert not any(goes(gateway, under(each)) for each in (ONE, TWO, THREE))
        gateway.opt_outs.remove(TO, "all")
        assert [goes(gateway, under(each)) for each in (ONE, TWO, THREE)] == [False, True, True]
        gateway.opt_outs.remove(TO)
        assert [*gateway.opt_outs] == []


def test_an_opt_out_of_no_scope_silences_everything(path: str) -> None:
    with opened(path) as gateway:
        gateway.opt_outs.add(TO)
        assert not goes(gateway, under(TWO, "news"))
        found = gateway.opt_outs.get(TO, "news")
        assert found is not None
        assert found.scope == "all"


def test_what_is_asked_of_a_scope_is_what_silences_it(path: str) -> None:
    with opened(path) as gateway:
        gateway.opt_outs.add(TO, "alerts")
        assert gateway.opt_outs.get(TO) == gateway.opt_outs.get(TO, "alerts")
        assert gateway.opt_outs.get(TO, "news") is None
        assert TO in gateway.opt_outs


SENDS = {ONE: "alerts", TWO: "news", THREE: f"sender:{THREE}"}


@pytest.mark.parametrize("opted_out", ["all", *SENDS.values(), f"sender:{ONE}", "renamed"])
def test_what_is_asked_of_a_scope_is_what_a_send_says(path: str, opted_out: str) -> None:
    before = evolve(SCOPES, programmes={**SCOPES.programmes, "renamed": Programme(senders=("+27820009999",))})
    with opened(path, scopes=before) as gateway:
        gateway.opt_outs.add(TO, opted_out)
    with opened(path) as gateway:
        says = {sender: gateway.opt_outs.get(TO, scope) is None for sender, scope in SENDS.items()}
        assert says == {sender: goes(gateway, under(sender)) for sender in SENDS}
        silences_all = opted_out in {"all", "renamed"}
        assert [*says.values()].count(False) == (3 if silences_all else 1)
        by_sender = gateway.opt_outs.get(TO, f"sender:{ONE}")
        assert (by_sender is None) is goes(gateway, under(ONE))


def test_an_opt_out_of_a_scope_that_is_gone_is_wider_than_others_and_can_be_asked_for(path: str) -> None:
    before = OptOutScopes(programmes={"renamed": Programme(senders=(THREE,)), **SCOPES.programmes})
    with opened(path, scopes=before) as gateway:
        for scope in ("alerts", "renamed"):
            gateway.opt_outs.add(TO, scope)
    with opened(path) as gateway:
        for asked in (None, "renamed", "news", "all"):
            found = gateway.opt_outs.get(TO, asked)
            assert found is not None
            assert found.scope == "renamed"
        with pytest.raises(ConfigError, match="no scope 'renamed' of opt-outs"):
            gateway.opt_outs.get("+27821230000", "renamed")
        gateway.opt_outs.remove(TO, "renamed")
        assert gateway.opt_outs.get(TO, "news") is None
        assert goes(gateway, under(TWO))


def test_settings_without_scopes_and_with_others_silence_more_never_less(path: str) -> None:
    with opened(path) as gateway:
        said(gateway, reply("STOP", ONE))
    others = OptOutScopes(programmes={"news": Programme(senders=(TWO,))})
    for scopes in (OptOutScopes(), others, OptOutScopes(scope=StopScope.SENDER)):
        with opened(path, scopes=scopes) as gateway:
            assert not any(goes(gateway, under(each)) for each in (ONE, TWO, THREE))
    with opened(path, scopes=OptOutScopes()) as gateway:
        said(gateway, reply("START", TWO, NOON + timedelta(hours=1)))  # of everything, where nothing is divided
        assert goes(gateway, under(ONE))


def test_every_sender_of_the_route_counts_though_the_first_provider_has_another(path: str) -> None:
    """The message may go to the next provider, under the sender that was stopped."""
    with opened(path, Line(), Line(), senders=[ONE, TWO]) as gateway:
        said(gateway, reply("STOP", THREE))
        assert goes(gateway, under(None))
        said(gateway, reply("STOP", TWO))
        assert not goes(gateway, under(None))
        assert goes(gateway, under(ONE))


def test_a_stop_while_a_message_is_under_way_stops_the_next_provider_if_it_concerns_it(path: str) -> None:
    to = ONE

    def stopped(_: Request) -> Said:
        said(gateway, reply("STOP", to, datetime.now(UTC)))
        return DOWN

    first, second = Line(stopped), Line()
    with opened(path, first, second) as gateway:
        to = TWO
        assert gateway.send(under(ONE)).provider == "b"
        to = ONE
        with pytest.raises(OptedOutError):
            gateway.send(under(ONE))
        assert len(second.requests) == 1


def test_a_confirmation_goes_out_once_for_each_scope(path: str) -> None:
    with opened(path) as gateway:
        stops = [OptOut(reply("STOP", each), "STOP") for each in (ONE, TWO)]
        said(gateway, *(each.reply for each in stops))
        for stop, sender in zip(stops, (ONE, TWO), strict=True):
            assert gateway.send(under(sender), confirms=stop).outcome is Outcome.ACCEPTED
            with pytest.raises(OptedOutError):
                gateway.send(under(sender), confirms=stop)


def test_a_queue_takes_and_sends_what_an_opt_out_does_not_concern(path: str) -> None:
    with opened(path) as gateway:
        said(gateway, reply("STOP", ONE))
        enqueued = gateway.enqueue([under(ONE), under(TWO)], run="spring")
        assert (enqueued.enqueued, enqueued.refused) == (1, 1)
        assert isinstance(enqueued.refusals[0].error, OptedOutError)
        [result] = gateway.send_bulk([under(TWO)], run="other")
        assert result.outcome is Outcome.ACCEPTED


def test_erased_numbers_keep_every_scope(path: str) -> None:
    with opened(path) as gateway:
        said(gateway, reply("STOP", ONE))
        gateway.opt_outs.add(TO, "news")
        assert gateway.journal.erase(TO).opt_outs == 1
        assert [goes(gateway, under(each)) for each in (ONE, TWO, THREE)] == [False, False, True]
    assert rows(path, "SELECT count(*) FROM opt_outs WHERE number LIKE ?", "+%") == [(0,)]


def test_pruning_forgets_a_revoked_scope_and_no_other(path: str) -> None:
    with opened(path) as gateway:
        gateway.opt_outs.add(TO, "news")
        gateway.opt_outs.add(TO, "alerts")
        gateway.opt_outs.remove(TO, "alerts")
        rows(path, "UPDATE opt_outs SET at = 0")
        assert gateway.journal.prune(keep="90d").opt_outs == 1
        assert [each.scope for each in gateway.opt_outs] == ["news"]


def test_a_page_may_end_between_two_scopes_of_a_number(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smsgate.journal.database.opt_outs.PAGE", 2)
    with opened(path) as gateway:
        expected = []
        for number in ("+27820000001", "+27820000002", "+27820000003"):
            for scope in ("alerts", "all", "news"):
                gateway.opt_outs.add(number, scope)
                expected.append((number, scope))
        assert [(each.number, each.scope) for each in gateway.opt_outs] == expected


def test_an_opt_out_of_before_there_were_scopes_is_of_all_messages(tmp_path: Path) -> None:
    path = str(tmp_path / "journal.db")
    script = (Path(__file__).parents[1] / "sqlite" / "version-6.sql").read_text()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(script)
        connection.execute("DELETE FROM opt_outs")
        connection.execute(
            "INSERT INTO opt_outs VALUES (?, 1, 1790000000, 'a', 'STOP', NULL, 1)",
            (TO,),
        )
    with opened(path) as gateway:
        [record] = gateway.opt_outs
        assert (record.number, record.scope, record.word) == (TO, "all", "STOP")
        assert not goes(gateway, under(TWO))
        assert gateway.journal.check() == []


def stop_elsewhere(path: str, to: str) -> None:
    with opened(path) as gateway:
        said(gateway, reply("STOP", to, datetime.now(UTC)))


@pytest.mark.threads
def test_a_stop_that_another_process_takes_silences_the_same_here(path: str, processes: ForkServerContext) -> None:
    with opened(path) as gateway:
        assert goes(gateway, under(ONE))
        process = processes.Process(target=stop_elsewhere, args=(path, ONE))
        process.start()
        process.join(60)
        assert process.exitcode == 0
        assert [goes(gateway, under(each)) for each in (ONE, TWO)] == [False, True]


@pytest.mark.threads
@pytest.mark.parametrize("seed", range(2))
def test_no_message_is_sent_under_a_scope_that_was_stopped(path: str, seed: int) -> None:
    """Random histories of STOPs, STARTs and sends, beside what is known of each sender alone."""
    chance, at = random.Random(seed), NOON
    stopped: set[str] = set()
    line = Line()
    with opened(path, line) as gateway:
        for _ in range(40):
            sender, at = chance.choice([ONE, TWO, THREE]), at + timedelta(minutes=5)
            match chance.choice(["STOP", "START", "send", "send"]):
                case "send":
                    sent = goes(gateway, under(sender))
                    assert sent == (sender not in stopped), f"seed {seed}"
                case "STOP":
                    said(gateway, reply("STOP", sender, at))
                    stopped.add(sender)
                case _:
                    said(gateway, reply("START", sender, at))
                    stopped.discard(sender)


def test_what_is_said_again_of_several_scopes_is_logged_once_until_the_contrary_is_said(path: str) -> None:
    both = OptOutScopes(programmes={"alerts": Programme(senders=(ONE,)), "news": Programme(senders=(ONE,))})
    with opened(path, scopes=both) as gateway:
        for second in range(20):
            said(gateway, reply("STOP", ONE, NOON + timedelta(seconds=second)))
        gateway.opt_outs.add(TO)
        log = "SELECT stopped, scope FROM opt_out_log ORDER BY moment, at, scope"
        stops = [(1, "alerts"), (1, "news")]
        assert sorted(rows(path, log)) == [(1, ""), *stops]
        said(gateway, reply("START", ONE, NOON + timedelta(minutes=1)), reply("STOP", ONE, NOON + timedelta(minutes=2)))
        assert sorted(rows(path, log)) == sorted([(1, ""), *stops, *stops, (0, "alerts"), (0, "news")])


def test_every_way_to_change_an_opt_out_is_logged_with_its_scope(path: str, tmp_path: Path) -> None:
    file = tmp_path / "stops.csv"
    file.write_text(f"number,scope,since,provider,word\n{TO},news,2026-11-01,old,STOP\n", encoding="utf-8")
    with opened(path) as gateway:
        said(gateway, reply("STOP", THREE), reply("START", THREE, NOON + timedelta(minutes=1)))
        for _ in range(2):
            gateway.opt_outs.import_csv(file)
        gateway.opt_outs.add_many([OptOutRecord(TO, NOON, "vendor", None, f"sender:{TWO}")])
        gateway.opt_outs.remove(TO, "news")
        gateway.opt_outs.add(TO)
        gateway.opt_outs.remove(TO)
        items = [*gateway.evidence(TO)]
    told = [(item.kind.value, item.fields.get("scope"), item.fields.get("word")) for item in items]
    assert [item.line.split(", ")[1] for item in items] == [
        *("by 'STOP' to old", "by 'STOP' to a", "by the list of vendor", "by 'START' to a"),
        *("by hand", "by hand", "by hand"),
    ]
    assert told == [
        ("opt-out", "news", "STOP"),
        ("opt-out", f"sender:{THREE}", "STOP"),
        ("opt-out", f"sender:{TWO}", None),
        ("opt-in", f"sender:{THREE}", "START"),
        ("opt-in", "news", None),
        ("opt-out", None, None),
        ("opt-in", None, None),
    ]


def test_a_scope_is_removed_as_it_is_added_and_one_that_is_nowhere_is_an_error(path: str) -> None:
    with opened(path) as gateway:
        gateway.opt_outs.add(TO, "sender:082 000 3333")
        gateway.opt_outs.remove(TO, "sender:0820003333")
        assert [*gateway.opt_outs] == []
        with pytest.raises(ConfigError, match="no scope 'alert' of opt-outs"):
            gateway.opt_outs.remove(TO, "alert")
        gateway.opt_outs.add(TO, "news")
    with opened(path, scopes=OptOutScopes()) as gateway:
        gateway.opt_outs.remove(TO, "news")
        assert [*gateway.opt_outs] == []
