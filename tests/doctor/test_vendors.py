"""Installations at the seven vendors of the sandbox: one that is well for each, and many with one thing wrong."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from smsgate import Config, Gateway
from smsgate.doctor import FindingState
from smsgate.sandbox import Fault, Sandbox
from tests.doctor.installation import found, receiving, settings_of, webhooks_of, wrong

VENDORS = ("bulksms", "salesbox", "salesmsg", "telnyx", "twilio", "vonage", "zoomconnect")
OK, WARNING, PROBLEM = FindingState.OK, FindingState.WARNING, FindingState.PROBLEM
HAS_NO_WEBHOOKS = {"salesbox"}
HOUR = 3600.0
SOON = timedelta(seconds=5)

Settings = dict[str, Any]


@frozen
class Wrong:
    """One thing that is wrong, and how it is found."""

    vendor: str
    spoil: Callable[[Sandbox, Settings, Path], object]
    """Changes the settings, or the account."""
    subject: str
    check: str
    state: FindingState
    words: str
    fix: str = ""
    ahead: float = 0.0
    """Seconds by which this machine's clock is wrong."""


def account(**changed: object) -> Callable[[Sandbox, Settings, Path], object]:
    return lambda _, settings, __: settings["providers"]["main"].update(changed)


def faulty(vendor: str, fault: Fault) -> Callable[[Sandbox, Settings, Path], object]:
    return lambda sandbox, _, __: sandbox.misbehave(vendor, fault, times=None)


def closed_port(_: Sandbox, settings: Settings, __: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings["providers"]["main"]["base_url"] = f"http://127.0.0.1:{free.getsockname()[1]}/v2"


def plain_as_tls(sandbox: Sandbox, settings: Settings, _: Path) -> None:
    settings["providers"]["main"]["base_url"] = sandbox.url("bulksms").replace("http:", "https:")


def other_path(sandbox: Sandbox, settings: Settings, _: Path) -> None:
    settings["providers"]["main"]["base_url"] = f"{sandbox.url('salesbox')}/elsewhere"


def replaced_token(sandbox: Sandbox, settings: Settings, _: Path) -> None:
    sandbox.change_account("salesmsg", "revoke_token", token=settings["providers"]["main"]["token"])


def spent_credit(sandbox: Sandbox, settings: Settings, _: Path) -> None:
    """Give all the credit to another user of the account."""
    from smsgate_zoomconnect import NewUser, ZoomConnectExtras

    with Gateway.from_mapping({"providers": settings["providers"]}) as gateway:
        provider = gateway.provider("main")
        extras = provider.vendor
        assert isinstance(extras, ZoomConnectExtras)
        other = "ada@example.com"
        extras.create_user(
            NewUser(email=other, password="pass-word-1", first_name="Ada", last_name="Lovelace", number="+27821234567")
        )
        giver, credit = sandbox.credentials("zoomconnect")["email"], int(provider.balance().amount)
        extras.transfer(sender_email=giver, recipient_email=other, credit=credit)


def no_redis(_: Sandbox, settings: Settings, __: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings["providers"]["main"]["pace_store"] = f"redis://:pass-word@127.0.0.1:{free.getsockname()[1]}/0"


def no_database(_: Sandbox, settings: Settings, __: Path) -> None:
    Path(settings["journal"]).write_text("This is a letter, and no database at all. " * 20, encoding="utf-8")


def no_token(_: Sandbox, __: Settings, folder: Path) -> None:
    (folder / "token").write_text("garbage", encoding="utf-8")


CASES = {
    "wrong secret": Wrong(
        "bulksms",
        account(token_secret="not-the-secret"),
        "provider main",
        "credentials",
        PROBLEM,
        "credentials were refused",
        "correct providers.main.token_id, providers.main.token_secret",
    ),
    "wrong token": Wrong(
        "zoomconnect",
        account(token="not-the-token"),
        "provider main",
        "credentials",
        PROBLEM,
        "credentials were refused",
        "correct providers.main.email, providers.main.token",
    ),
    "nothing listens": Wrong(
        "telnyx",
        closed_port,
        "provider main",
        "connection",
        PROBLEM,
        "nothing listens at 127.0.0.1",
        "base_url is http",
    ),
    "no such host": Wrong(
        "telnyx",
        account(base_url="https://no-such-host.invalid/v2"),
        "provider main",
        "connection",
        PROBLEM,
        "host name of no-such-host.invalid:443 cannot be found",
        "base_url is https://no-such-host.invalid/v2",
    ),
    "no TLS": Wrong(
        "bulksms",
        plain_as_tls,
        "provider main",
        "connection",
        PROBLEM,
        "TLS could not be agreed on",
        "base_url is https",
    ),
    "wrong path": Wrong(
        "salesbox", other_path, "provider main", "connection", PROBLEM, "no such path", "/salesbox/api/elsewhere"
    ),
    "wrong path, of which another setting is made": Wrong(
        "vonage",
        lambda sandbox, settings, _: settings["providers"]["main"].update(base_url=f"{sandbox.url('vonage')}/v9"),
        "provider main",
        "connection",
        PROBLEM,
        "no such path",
        "base_url is http",
    ),
    "a web page": Wrong(
        "telnyx",
        faulty("telnyx", Fault.HTML),
        "provider main",
        "connection",
        PROBLEM,
        "no answer of the vendor's",
        "whether a proxy or a web page answers there",
    ),
    "replaced token": Wrong(
        "salesmsg",
        replaced_token,
        "provider main",
        "credentials",
        PROBLEM,
        "the vendor refuses the token",
        "smsgate salesmsg renew --provider main; if that fails, correct providers.main.token",
    ),
    "no token in the store": Wrong(
        "salesmsg",
        no_token,
        "provider main",
        "token store",
        PROBLEM,
        "does not have a token of smsgate",
        "correct providers.main.token_store",
    ),
    "our clock": Wrong(
        "twilio",
        lambda *_: None,
        "provider main",
        "clock",
        WARNING,
        "this machine's clock is 60 min ahead of the vendor's",
        "NTP",
        ahead=HOUR,
    ),
    "our clock, behind": Wrong(
        "bulksms",
        lambda *_: None,
        "provider main",
        "clock",
        WARNING,
        "this machine's clock is 3.0 h behind the vendor's",
        "NTP",
        ahead=-3 * HOUR,
    ),
    "permission": Wrong(
        "vonage",
        faulty("vonage", Fault.FORBIDDEN),
        "provider main",
        "credentials",
        PROBLEM,
        "permission denied",
        "give the account or its key the permission",
    ),
    "credit": Wrong("zoomconnect", spent_credit, "provider main", "balance", WARNING, "0 credits", "buy credit"),
    "too many requests": Wrong(
        "vonage", faulty("vonage", Fault.RATE_LIMITED), "provider main", "pace", WARNING, "429", "set a lower rate"
    ),
    "no Redis": Wrong(
        "twilio", no_redis, "provider main", "pace", PROBLEM, "cannot be reached; check that it runs and that the URL"
    ),
    "no database": Wrong("salesbox", no_database, "journal", "journal", PROBLEM, "it is not a journal"),
}


def secrets_in(settings: Settings) -> tuple[str, ...]:
    return Config.from_mapping(settings).accounts["main"].settings.secrets


@pytest.mark.parametrize("name", CASES)
def test_the_one_thing_that_is_wrong_is_named_with_its_fix(sandbox: Sandbox, tmp_path: Path, name: str) -> None:
    case = CASES[name]
    settings = settings_of(sandbox, case.vendor, tmp_path, read_attempts=1)
    case.spoil(sandbox, settings, tmp_path)
    findings = found(settings, clock=lambda: time.time() + case.ahead)
    faults = wrong(findings)
    assert [(each.subject, each.check, each.state) for each in faults] == [(case.subject, case.check, case.state)]
    assert case.words in faults[0].text
    assert case.fix in faults[0].fix
    shown = "".join(f"{each.text}{each.fix}" for each in findings)
    assert not [each for each in secrets_in(settings) if each in shown]


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.UNAVAILABLE])
def test_what_is_wrong_is_named_though_the_rate_leaves_no_time_to_ask_again(
    sandbox: Sandbox, tmp_path: Path, fault: Fault
) -> None:
    settings = settings_of(sandbox, "salesbox", tmp_path, rate="1/h")
    sandbox.misbehave("salesbox", fault, times=None)
    [one] = wrong(found(settings))
    assert (one.check, one.state) == ("connection", PROBLEM)


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_installation_that_is_well_has_no_fault_and_is_not_changed(
    sandbox: Sandbox, tmp_path: Path, vendor: str
) -> None:
    settings = settings_of(sandbox, vendor, tmp_path)
    calls = vendor not in HAS_NO_WEBHOOKS
    with receiving(settings) if calls else nullcontext(0) as port:
        findings = found({**settings, **({"webhooks": webhooks_of(port)} if calls else {})})
    assert wrong(findings) == []
    checks = {each.check for each in findings if each.state is OK}
    assert {"settings", "pace", "credentials", "clock", "journal"} <= checks
    assert ("main" in checks) is calls
    assert [*tmp_path.iterdir()] == [], "a check makes no file"
    assert sandbox.texts == ()


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_is_presumed_is_so_at_a_sandbox_that_has_sent_messages(
    sandbox: Sandbox, tmp_path: Path, vendor: str
) -> None:
    settings = settings_of(sandbox, vendor, tmp_path, rate="unlimited")
    senders = {"telnyx": "+13125550001", "vonage": "27600000000"}
    with Gateway.from_mapping({"providers": settings["providers"]}) as gateway:
        for number in ("+27821234567", "+27821234568"):
            gateway.send(gateway.message(number, "Hello", sender=senders.get(vendor)))
            sandbox.advance(SOON)
    presumed = [each for each in found(settings) if each.check == "presumed"]
    assert {each.state for each in presumed} == {OK, FindingState.NOT_CHECKED}, presumed
