"""The benchmark of asyncio runs, and its page shows the figures of its file."""

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from cattrs import structure

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/benchmarks/async.md"
FIGURES = ROOT / "docs/benchmarks/async.json"

benchmark = import_module("benchmarks.async.__main__")  # `async` is a keyword
clients = import_module("benchmarks.async.clients")
comparison = import_module("benchmarks.async.comparison")
report = import_module("benchmarks.async.report")
vendor = import_module("benchmarks.async.vendor")


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with vendor.vendor(0.0) as url:
        yield url


@pytest.mark.parametrize("name", clients.CLIENTS)
def test_every_client_sends(name: str, base_url: str) -> None:
    if name in {"aiohttp", "httpx"}:
        pytest.importorskip(name)
    with clients.CLIENTS[name](base_url, 3) as send:
        send(8, 3)
        send(4, 2)


def test_it_writes_its_figures_and_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, figures = tmp_path / "page.md", tmp_path / "figures.json"
    page.write_text(f"# Title\n\n{report.BEGIN}\n{report.END}\n\nText\n")
    chosen = ["--clients", "asyncio-journal", "--in-flight", "9", "--next-door"]
    benchmark.main([*chosen, "--messages=20", "--blocks=2", "--away=0.001", f"--json={figures}", f"--page={page}"])
    (row,) = json.loads(figures.read_text())["rows"]
    assert (row["client"], row["in_flight"], row["messages"], len(row["blocks"])) == ("asyncio-journal", 9, 20, 2)
    printed = capsys.readouterr().out.strip()
    assert "| `AsyncGateway.send_bulk`, journal |" in printed
    assert page.read_text() == f"# Title\n\n{report.BEGIN}\n\n{printed}\n\n{report.END}\n\nText\n"


def test_the_page_shows_the_figures_of_its_file() -> None:
    rows = structure(json.loads(FIGURES.read_text())["rows"], list[comparison.Row])  # type: ignore[name-defined] # what an import by name gives
    text = PAGE.read_text()
    assert report.in_page(text, rows) == text


def row(client: str, *blocks: tuple[float, float]) -> comparison.Row:  # type: ignore[name-defined]
    return comparison.Row(0.05, 256, client, 256, 20, 70.0, [comparison.Block(*block) for block in blocks])


def test_a_ratio_is_the_median_of_the_blocks_ratios() -> None:
    fast, slow = row("asyncio", (10, 1), (30, 3), (80, 2)), row("threads", (10, 2), (10, 4), (20, 1))
    assert (fast.speed_over(slow), fast.cpu_over(slow)) == (3.0, 0.75)


def test_an_aim_that_is_missed_is_said_to_be() -> None:
    tables = report.tables([row("asyncio", (300, 0.5)), row("asyncio-journal", (150, 1)), row("threads", (100, 1))])
    aims = [line.split(" | ") for line in tables.partition("## Aims")[2].splitlines()[4:]]
    assert [(wanted, measured, met.strip(" |")) for _, wanted, measured, met in aims] == [
        ("≥ 0.9 x", "0.50 x", "**missed**"),
        ("≥ 2 x", "3.00 x", "met"),
        ("≤ 0.6 x", "0.50 x", "met"),
        ("≤ 64 KiB", "70 KiB", "**missed**"),
        ("≤ 64 KiB", "70 KiB", "**missed**"),
    ]
