"""The dashboard asks for metrics and labels by the names that a real scrape has.

No Grafana runs here: of the file itself, what it is made of is checked, and every question by a parser of PromQL.
"""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import promql_parser
import pytest
from prometheus_client import start_http_server

from smsgate import Gateway, Message, SmsgateError
from smsgate.sandbox import Fault, Sandbox
from tests.telemetry_sdk import recorded_metrics

BOARD: Mapping[str, Any] = json.loads(
    (Path(__file__).parents[1] / "docs/examples/grafana/smsgate.json").read_text(encoding="utf-8")
)
NOT_SHOWN = {f"smsgate_{name}_total" for name in ("budget_crossings", "budget_refusals", "guard_refusals")}
"""Metrics of what few applications have. Tests in the same process may have measured them."""
VARIABLES = {"$__rate_interval": "5m", "$__range": "6h", "$provider": ".*"}
SHOWN = re.compile(r"^(\w+)\{(.*)\} \S+$", re.MULTILINE)


def questions() -> list[str]:
    """Return every question of the dashboard, as Prometheus gets it."""
    found = [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]
    for name, value in VARIABLES.items():
        found = [each.replace(name, value) for each in found]
    return found


def parts(question: str) -> tuple[set[str], set[str]]:
    """Return the metrics and the labels that a question names."""
    said = str(promql_parser.parse(question))
    groups = {label.strip() for group in re.findall(r"by \(([^)]*)\)", said) for label in group.split(",")}
    matched = set(re.findall(r"(\w+)(?:=~|!=|=)\"", said))
    return set(re.findall(r"\b(smsgate_\w+)\{", said)), groups | matched


@pytest.fixture(scope="module")
def scrape(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, set[str]]:
    """Send, be reported to, fail and open a breaker; return the metrics of a scrape over HTTP with their labels."""
    recorded_metrics()  # sets the SDK up
    server, thread = start_http_server(0, "127.0.0.1")
    with Sandbox() as sandbox:
        zoom = {"adapter": "zoomconnect", "base_url": sandbox.url("zoomconnect"), **sandbox.credentials("zoomconnect")}
        settings = {
            "journal": str(tmp_path_factory.mktemp("scraped") / "journal.db"),
            "providers": {"zoom": {**zoom, "prices": {"unit": "ZAR", "default": "0.25"}}},
            "breaker": {"failures": 1},
        }
        with Gateway.from_mapping(settings) as gateway:
            gateway.send(Message("+27821234567", "Hello"))
            sandbox.misbehave("zoomconnect", Fault.UNAUTHORIZED)
            with suppress(SmsgateError):
                gateway.send(Message("+27821234567", "Hello"))
            assert gateway.breaker("zoom") == "open"
            sandbox.advance(timedelta(minutes=1))  # until the first text is delivered
            assert [*gateway.poll(pause=timedelta())]
            with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/metrics", timeout=30) as answer:
                text = answer.read().decode()
    server.shutdown()
    server.server_close()
    thread.join()
    found: dict[str, set[str]] = {}
    for name, labels in SHOWN.findall(text):
        found.setdefault(name, set()).update(re.findall(r"(\w+)=\"", labels))
    return found


@pytest.mark.parametrize("question", questions())
def test_a_question_names_what_a_scrape_has(scrape: Mapping[str, set[str]], question: str) -> None:
    metrics, labels = parts(question)
    assert metrics
    assert metrics <= scrape.keys()
    assert labels <= set().union(*(scrape[name] for name in metrics))


def test_the_dashboard_shows_every_metric_except_of_budgets_and_guards(scrape: Mapping[str, set[str]]) -> None:
    ours = {re.sub(r"_(bucket|count|sum)$", "", name) for name in scrape if name.startswith("smsgate_")}
    asked = {name for question in questions() for name in parts(question)[0]}
    assert ours - NOT_SHOWN == {re.sub(r"_(bucket|count|sum)$", "", name) for name in asked}


def test_the_dashboard_is_one_that_grafana_imports() -> None:
    assert {"title", "uid", "schemaVersion", "panels", "templating", "time"} <= BOARD.keys()
    variables = {each["name"] for each in BOARD["templating"]["list"]}
    said = json.dumps(BOARD["panels"])
    assert set(re.findall(r"\$\{?(\w+)", said)) - {"__rate_interval", "__range"} == variables
    panels = BOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = set[tuple[int, int]]()
    for panel in panels:
        x, y, w, h = (panel["gridPos"][side] for side in "xywh")
        cells = {(column, row) for column in range(x, x + w) for row in range(y, y + h)}
        assert x + w <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
