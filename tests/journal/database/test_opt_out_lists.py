"""Lists of opt-outs come in from files and go out to files, in both databases, and revoke nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smsgate import ConfigError, Gateway, Message, OptedOutError, OptOutRecord, RefusedOptOut
from smsgate.receiving import opt_outs
from smsgate.receiving.opt_out_list import write_opt_outs
from tests.journal.database.test_scoped_opt_outs import ONE, opened, reply, said
from tests.plain_adapter import TO

OTHER = "+27821234568"
DAY = timedelta(days=1)
AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture(name="gateway")
def _gateway(path: str) -> Iterator[Gateway]:
    with opened(path) as gateway:
        yield gateway


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    return tmp_path / "stops.csv"


def kept(gateway: Gateway) -> list[tuple[str, str, str | None, str | None]]:
    return [(each.number, each.scope, each.provider, each.word) for each in gateway.opt_outs]


def test_a_file_is_taken_in_and_what_is_wrong_with_a_row_is_said_with_its_line(gateway: Gateway, file: Path) -> None:
    file.write_text(
        "Number;scope;since;provider;word;note\n"
        "082 123 4567;;2026-11-01T12:00:00Z;old;STOP;x\n"
        "+27821234568;alerts;2026-11-01 12:00:00 UTC;;;\n"
        "\n"
        "2.78212E+10;;;;;\n"
        "+27821234569;unheard of;;;;\n"
        "+27821234570;;yesterday;;;\n"
        "+27821234571\n"
        "nobody;;;;;\n",
        encoding="utf-8",
    )
    told: list[RefusedOptOut] = []
    imported = gateway.opt_outs.import_csv(file, on_refused=told.append)
    assert (imported.added, imported.known, imported.refused) == (2, 0, 5)
    assert tuple(told) == imported.refusals
    assert [each.line for each in told] == [5, 6, 7, 8, 9]
    reasons = ("lost digits", "no scope 'unheard of'", "since must be a time", "has 1 fields", "has letters")
    assert [reason in each.reason for each, reason in zip(told, reasons, strict=True)] == [True] * 5
    assert kept(gateway) == [(TO, "all", "old", "STOP"), (OTHER, "alerts", None, None)]
    assert [each.since for each in gateway.opt_outs] == [AT, AT]


def test_a_repeated_import_changes_nothing_and_an_older_list_revokes_nothing(gateway: Gateway, file: Path) -> None:
    file.write_text(f"number,since\n{TO},2026-11-01T12:00:00Z\n", encoding="utf-8")
    gateway.opt_outs.import_csv(file)
    for since in ("2026-11-01T12:00:00Z", "2026-11-09", "2020-01-01", ""):
        file.write_text(f"number,since\n{TO},{since}\n{TO},{since}\n", encoding="utf-8")
        imported = gateway.opt_outs.import_csv(file)
        assert (imported.added, imported.known) == (0, 2)
        assert [each.since for each in gateway.opt_outs] == [AT]


def test_who_took_it_back_since_stays_so_and_who_opted_out_again_does_not(gateway: Gateway, file: Path) -> None:
    said(gateway, reply("STOP", ONE, AT), reply("START", ONE, AT + 2 * DAY))
    file.write_text(f"number,scope,since\n{TO},alerts,{(AT + DAY).isoformat()}\n", encoding="utf-8")
    assert gateway.opt_outs.import_csv(file).known == 1
    assert TO not in gateway.opt_outs
    file.write_text(f"number,scope,since\n{TO},alerts,{(AT + 3 * DAY).isoformat()}\n", encoding="utf-8")
    assert gateway.opt_outs.import_csv(file).added == 1
    assert TO in gateway.opt_outs


def test_rows_without_a_scope_get_the_one_that_is_named(gateway: Gateway, file: Path) -> None:
    file.write_text(f"number,scope\n{TO},\n{OTHER},all\n", encoding="utf-8")
    gateway.opt_outs.import_csv(file, scope="alerts")
    assert kept(gateway) == [(TO, "alerts", None, None), (OTHER, "all", None, None)]
    with pytest.raises(ConfigError, match="no scope 'alert' of opt-outs"):
        gateway.opt_outs.import_csv(file, scope="alert")


def test_a_file_without_numbers_is_no_list(gateway: Gateway, file: Path) -> None:
    file.write_text("telephone\n+27821234567\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"has no column 'number' \(there are: telephone\); name the column of the"):
        gateway.opt_outs.import_csv(file)
    with pytest.raises(ConfigError, match="cannot be read"):
        gateway.opt_outs.import_csv(file.with_name("missing.csv"))


def test_what_is_written_is_read_again_and_erased_numbers_are_counted(
    gateway: Gateway, file: Path, other_path: str
) -> None:
    said(gateway, reply("STOP", ONE, AT))
    gateway.opt_outs.add(TO)
    gateway.opt_outs.add(OTHER, "news")
    gateway.opt_outs.add("+27821234569")
    gateway.journal.erase("+27821234569")
    written = io.StringIO()
    assert write_opt_outs(gateway.opt_outs, written) == (3, 1)
    file.write_text(written.getvalue(), encoding="utf-8")
    with opened(other_path) as other:
        assert other.opt_outs.import_csv(file).added == 3
        assert [*other.opt_outs] == [each for each in gateway.opt_outs if not each.is_erased]


def test_an_erased_number_that_opted_out_is_known(gateway: Gateway, file: Path) -> None:
    gateway.opt_outs.add(TO)
    gateway.journal.erase(TO)
    file.write_text(f"number\n{TO}\n", encoding="utf-8")
    assert gateway.opt_outs.import_csv(file).known == 1


@pytest.mark.threads
def test_many_rows_take_few_transactions(gateway: Gateway, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("number\n" + "".join(f"+2782{number:07}\n" for number in range(500)), encoding="utf-8")
    journal = gateway.core.opt_outs._inbox
    monkeypatch.setattr(opt_outs, "BATCH", 200)
    calls: list[int] = []
    add = type(journal).add_opt_outs

    def counted(_: object, records: list[OptOutRecord]) -> int:
        calls.append(len(records))
        return add(journal, records)

    monkeypatch.setattr(type(journal), "add_opt_outs", counted)
    assert gateway.opt_outs.import_csv(file).added == 500
    assert calls == [200, 200, 100]
    assert gateway.opt_outs.import_csv(file).known == 500


def test_records_of_elsewhere_are_added_once(gateway: Gateway) -> None:
    records = [OptOutRecord("082 123 4567", AT, "old", "STOP"), OptOutRecord(OTHER, AT, None, None, "alerts")]
    assert [gateway.opt_outs.add_many(records) for _ in range(2)] == [2, 0]
    assert kept(gateway) == [(TO, "all", "old", "STOP"), (OTHER, "alerts", None, None)]


def test_an_error_says_in_which_word_and_to_whom_as_far_as_the_file_said_so(gateway: Gateway, file: Path) -> None:
    file.write_text(
        f"number,since,provider,word\n{TO},2026-11-01,,STOP\n{OTHER},2026-11-01,old,END\n", encoding="utf-8"
    )
    gateway.send(Message(TO, "Hello"))
    gateway.opt_outs.import_csv(file)
    [sent] = gateway.journal.find(to=TO)
    assert gateway.journal.history(sent.id).steps[0].text.startswith("asked not to be texted, by 'STOP': no message")
    said_so = []
    for number in (TO, OTHER):
        with pytest.raises(OptedOutError) as raised:
            gateway.send(Message(number, "Hello"))
        said_so.append(str(raised.value))
    assert said_so == [
        f"{TO} asked not to be texted on 2026-11-01 by 'STOP'",
        f"{OTHER} asked not to be texted on 2026-11-01 by 'END' to old",
    ]
