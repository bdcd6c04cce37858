"""`smsgate providers` on terminals that are narrower than its table."""

import pytest

from smsgate.blocking.gateway import Gateway
from smsgate.cli.output import Output
from smsgate.cli.providers import show_abilities

NAMES = [f"account{number}" for number in range(7)]


def shown(columns: int | None, capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    """Show seven providers on a terminal of this width, or in a pipe; return the lines of each table."""
    output = Output(as_json=False)
    if columns is not None:
        output.console.folds, output.console.width = True, columns
    settings = {"route": ["account6"], "providers": {name: {"adapter": "console"} for name in NAMES}}
    with Gateway.from_mapping(settings) as gateway:
        show_abilities(output, gateway)
    return [table.splitlines() for table in capsys.readouterr().out.split("\n\n")]


def test_a_narrow_terminal_gets_several_tables_with_whole_rows(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = shown(80, capsys)
    assert " ".join(first[0].split()) == "account0 account1 account2 account3 account4"
    assert [line[:19] for line in first[-30:]] == [line[:19] for line in second[-30:]]
    assert all(len(line) <= 80 and len(line.split()) >= 6 for line in first[2:])
    assert " ".join(second[0].split()) == "operation account5 (console) 1. account6 (console)"


@pytest.mark.parametrize("columns", [None, 120])
def test_a_pipe_and_a_wide_terminal_get_one_table(columns: int | None, capsys: pytest.CaptureFixture[str]) -> None:
    [table] = shown(columns, capsys)
    assert all(name in table[0] for name in NAMES)


def test_a_terminal_that_is_too_narrow_for_one_gets_a_table_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(shown(20, capsys)) == len(NAMES)
