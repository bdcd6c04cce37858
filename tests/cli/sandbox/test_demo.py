"""`smsgate demo`: steps that are shown as they are done, and what may come next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from smsgate.adapter.registry import installed_adapters
from smsgate.cli.app import run
from smsgate.cli.output import Output
from smsgate.cli.sandbox.demo import open_gateway, show
from smsgate.cli.sandbox.demo_steps import Step, steps
from smsgate.sandbox import Sandbox
from tests.cli.sandbox.opened_page import (
    WITHOUT_BROWSER,
    interrupted,
    line_with,
    noting_browser,
    opened,
    smsgate_process,
)


def test_each_step_is_done_when_it_is_asked_for() -> None:
    with Sandbox(vendors=["zoomconnect", "bulksms"]) as server, open_gateway(server, server.vendors) as gateway:
        sent = [(title.partition("(")[0], len(server.texts)) for title, _ in steps(server, gateway, "zoomconnect")]
    assert sent == [
        ("gateway.analyse", 0),
        ("gateway.send", 1),
        ("gateway.status", 1),
        ("gateway.provider", 1),
        ("gateway.send_bulk", 26),
        ("the first vendor has no credit: certainly not sent, so the next one is asked", 27),
        ("the first vendor's answer is lost: perhaps sent, so no other one is asked", 28),
        ("gateway.poll", 29),
        ("a person who replied STOP is not texted again", 29),
        ("a bot asks for codes for 100 numbers of one range: a guard lets 10 through", 39),
    ]


def test_each_step_is_printed_before_the_next_one_begins(capsys: pytest.CaptureFixture[str]) -> None:
    printed: list[str] = []

    def two_steps() -> Iterator[Step]:
        yield "the first", {"outcome": "accepted"}
        printed.append(capsys.readouterr().out)
        yield "the second", {"outcome": "rejected"}
        printed.append(capsys.readouterr().out)

    show(Output(as_json=False), two_steps())
    assert printed == ["\nthe first\noutcome  accepted\n", "\nthe second\noutcome  rejected\n"]


def test_no_vendor_of_the_demo_has_a_pace() -> None:
    with Sandbox() as server:
        usable = [vendor for vendor in server.vendors if vendor in installed_adapters()]
        with open_gateway(server, usable) as gateway:
            rates = {provider.name: provider.adapter.settings.rate for provider in gateway.providers}
    assert rates == dict.fromkeys(usable, "unlimited")


def test_the_demo_ends_with_commands_that_come_next(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo"]) == 0
    commands = capsys.readouterr().out.partition("\nNext:\n")[2].splitlines()
    assert [line.partition("#")[0].strip() for line in commands] == [
        "smsgate sandbox > smsgate.toml",
        'smsgate send --to +27821234567 "Hello"',
        "smsgate demo --web",
    ]
    assert max(map(len, commands)) < 80


def test_the_demo_in_json_is_one_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["gateway.send_bulk(messages)"] == {"accepted": 25}


@pytest.mark.slow
def test_the_demo_is_watched_in_the_browser_until_ctrl_c(tmp_path: Path) -> None:
    with smsgate_process("demo", "--web", environ=noting_browser(tmp_path), cwd=tmp_path) as process:
        inbox = line_with(process, "Inbox: ").split()[1]
        line_with(process, "Press Ctrl-C")
        assert opened(tmp_path) == inbox
        texts = requests.get(f"{inbox}_sandbox/texts", timeout=30).json()["texts"]
        assert len(texts) == 39
        assert interrupted(process) == (130, "")


@pytest.mark.slow
def test_without_a_browser_the_address_is_shown_and_served(tmp_path: Path) -> None:
    with smsgate_process("demo", "--web", environ=WITHOUT_BROWSER, cwd=tmp_path) as process:
        inbox = line_with(process, "Inbox: ").split()[1]
        line_with(process, "Press Ctrl-C")
        assert requests.get(f"{inbox}_sandbox/texts", timeout=30).ok
        assert interrupted(process) == (130, "")


def test_the_demo_is_either_watched_or_one_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--web", "--json"]) == 2
    assert capsys.readouterr().err == "smsgate: --web must not be combined with --json; remove one of them\n"
