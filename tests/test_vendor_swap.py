"""Vendors are swapped in the settings alone: one program, a config for each, over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from smsgate import Gateway, Message, Outcome, RejectedError, Status, UnknownOutcomeError
from smsgate.cli.app import run
from smsgate.sandbox import Fault, Sandbox

PAGE = Path(__file__).parents[1] / "docs/how-to/swap-a-vendor.md"
VENDORS = ("bulksms", "zoomconnect", "salesmsg", "salesbox", "vonage", "telnyx")
SENDERS = {"vonage": "27600000000"}
"""Of those that send from a number which the settings name."""


@pytest.fixture(name="sandbox", scope="module")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def _fresh(sandbox: Sandbox) -> None:
    sandbox.reset()


def account(sandbox: Sandbox, vendor: str, name: str = "", **more: object) -> str:
    settings = {
        "adapter": vendor,
        "base_url": sandbox.url(vendor),
        "rate": "unlimited",
        **sandbox.credentials(vendor),
        **sandbox.account(vendor),
        **more,
    }
    name = name or vendor
    senders = [f"[providers.{name}.senders]", f"default = {SENDERS[vendor]!r}"] if vendor in SENDERS else []
    lines = [f"[providers.{name}]", *(f"{name} = {value!r}" for name, value in settings.items()), *senders, ""]
    return "\n".join(lines)


def written(folder: Path, sandbox: Sandbox, *vendors: str, head: str = "") -> Path:
    """Write the settings: all that differs from vendor to vendor."""
    path = folder / "smsgate.toml"
    path.write_text(head + "\n" + "\n".join(account(sandbox, vendor) for vendor in vendors), encoding="utf-8")
    return path


def program(settings: Path) -> tuple[str, str | None, str | None]:
    """Stand for an application: it knows no vendor."""
    with Gateway.from_file(settings) as gateway:
        message = Message("082 123 4567", "Your code is 4711 👍", region=gateway.default_region)
        plan = gateway.plan(message)
        assert (plan.analysis.segments, plan.refusal) == (1, None)
        result = gateway.send(message)
        assert (result.outcome, result.status) == (Outcome.ACCEPTED, Status.QUEUED)
        assert result.message_id is not None
        report = gateway.status(result.message_id, provider=result.provider)
        assert report.status not in {Status.FAILED, Status.REJECTED}
        with pytest.raises(RejectedError) as refused:
            gateway.send(Message("+27820000400", "to a number that no vendor takes"))
        assert refused.value.result is not None
        return str(plan.provider), result.provider, refused.value.result.provider


@pytest.mark.parametrize("vendor", VENDORS)
def test_one_program_runs_on_each_vendor_by_its_settings_alone(tmp_path: Path, sandbox: Sandbox, vendor: str) -> None:
    settings = written(tmp_path, sandbox, vendor, head='default_region = "ZA"')
    assert program(settings) == (vendor, vendor, vendor)
    [text] = sandbox.texts
    assert (text.vendor, text.to, text.text) == (vendor, "+27821234567", "Your code is 4711 👍")


@pytest.mark.parametrize("first", VENDORS)
def test_the_order_of_the_vendors_is_a_line_of_the_settings(tmp_path: Path, sandbox: Sandbox, first: str) -> None:
    route = [first, *(vendor for vendor in VENDORS if vendor != first)]
    settings = written(tmp_path, sandbox, *VENDORS, head=f'default_region = "ZA"\nroute = {route}')
    assert program(settings) == (first, first, first)
    assert [text.vendor for text in sandbox.texts] == [first]


@pytest.mark.parametrize("first", VENDORS)
def test_where_one_vendor_refuses_the_credentials_the_next_one_sends(
    tmp_path: Path, sandbox: Sandbox, first: str
) -> None:
    route = [first, *(vendor for vendor in VENDORS if vendor != first)]
    sandbox.misbehave(first, Fault.UNAUTHORIZED, times=None)
    with Gateway.from_file(written(tmp_path, sandbox, *VENDORS, head=f"route = {route}")) as gateway:
        result = gateway.send(Message("+27821234567", "Hello"))
    assert [(each.provider, each.outcome) for each in result.attempts] == [
        (route[0], Outcome.NOT_SENT),
        (route[1], Outcome.ACCEPTED),
    ]
    assert [text.vendor for text in sandbox.texts] == [route[1]]


def test_a_message_of_an_account_that_was_removed_keeps_no_other_one_unknown(
    tmp_path: Path, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "smsgate.toml"

    def lost(name: str) -> Path:
        head = f"journal = '{tmp_path / 'journal.db'}'\nroute = ['{name}']"
        path.write_text(f"{head}\n{account(sandbox, 'zoomconnect', name)}", encoding="utf-8")
        sandbox.misbehave("zoomconnect", Fault.DROP_AFTER, path="sms/send")
        with Gateway.from_file(path) as gateway, pytest.raises(UnknownOutcomeError):
            gateway.send(Message("+27821234567", f"Sent by {name}"))
        return path

    lost("old")
    assert run(["unknown", "reconcile", "--config", str(lost("new"))]) == 3
    shown = capsys.readouterr().out.splitlines()
    assert [line.split() for line in shown[:4]] == [
        ["accepted", "1"],
        ["not", "sent", "0"],
        ["unknown", "1"],
        ["not", "asked", "0"],
    ]
    assert shown[4].startswith("1: provider 'old' may have the message and is not in the settings, and")
    assert shown[4].endswith("that account is 'new' now; put it back")


@pytest.mark.parametrize("new", [vendor for vendor in VENDORS if vendor != "zoomconnect"])
def test_a_vendor_under_the_name_of_another_is_not_asked_about_its_messages(
    tmp_path: Path, sandbox: Sandbox, capsys: pytest.CaptureFixture[str], new: str
) -> None:
    path = tmp_path / "smsgate.toml"

    def settings(vendor: str) -> Path:
        journal = f"journal = '{tmp_path / 'journal.db'}'"
        path.write_text(f"{journal}\n{account(sandbox, vendor, 'sms', settling=0.0)}", encoding="utf-8")
        return path

    message = Message("+27821234567", "Your order is on its way", key="order 17")
    sandbox.misbehave("zoomconnect", Fault.DROP_AFTER, path="sms/send")
    with Gateway.from_file(settings("zoomconnect")) as gateway, pytest.raises(UnknownOutcomeError):
        gateway.send(message)
    assert run(["unknown", "reconcile", "--config", str(settings(new))]) == 3
    why = f"1: sms: this name was an account of zoomconnect when it was asked, and is one of {new} now; put the old"
    shown = " ".join(capsys.readouterr().out.split())
    assert why in shown
    [on_page] = re.findall(r"^```text\n(1: sms: .*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert " ".join(on_page.replace("one of bulksms", f"one of {new}").split()) in shown
    with Gateway.from_file(path) as gateway, pytest.raises(UnknownOutcomeError):
        gateway.send(message)
    assert [text.vendor for text in sandbox.texts] == ["zoomconnect"]
    assert run(["unknown", "reconcile", "--config", str(settings("zoomconnect"))]) == 0
