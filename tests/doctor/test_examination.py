"""The examination itself: settings, what fails by itself, what never answers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from smsgate import Config, ConfigError
from smsgate.doctor import FindingState, examination, examine
from smsgate.sandbox import Sandbox
from tests.doctor.installation import found, settings_of, wrong


def test_all_problems_of_the_settings_are_findings() -> None:
    findings = found({"providers": {"main": {"adapter": "zoomconnect", "rate": "often"}}, "orders": 1})
    assert {each.state for each in findings} == {FindingState.PROBLEM}
    assert all(each.is_of_settings for each in findings)
    assert len(findings) > 2
    assert any("providers.main" in each.text and "rate" in each.text for each in findings)


def test_subjects_come_one_after_the_other_though_all_are_examined_at_once(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = settings_of(sandbox, "zoomconnect", tmp_path)
    settings["providers"]["second"] = settings["providers"]["main"]
    subjects = [each.subject for each in found(settings)]
    assert [*dict.fromkeys(subjects)] == ["settings", "provider main", "provider second", "journal", "webhooks"]
    assert subjects == sorted(subjects, key=[*dict.fromkeys(subjects)].index)


def test_one_provider_is_examined_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = settings_of(sandbox, "zoomconnect", tmp_path)
    settings["providers"]["second"] = settings["providers"]["main"]
    subjects = {each.subject for each in found(settings, provider="second")}
    assert subjects == {"settings", "provider second", "webhooks"}


def test_a_provider_that_is_not_there_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no provider 'mian' .*did you mean 'main'"):
        found(settings_of(sandbox, "zoomconnect", tmp_path), provider="mian")


@pytest.fixture(name="silent")
def _silent() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_vendor_that_never_answers_takes_no_longer_than_the_deadline(
    sandbox: Sandbox, tmp_path: Path, silent: str
) -> None:
    settings = settings_of(sandbox, "zoomconnect", tmp_path, base_url=silent)
    [finding] = wrong(found(settings, deadline=1.5))
    assert (finding.check, finding.state) == ("connection", FindingState.PROBLEM)
    assert "no whole answer in time" in finding.text


def test_what_has_no_deadline_is_not_waited_for_either(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examination, "GRACE", 0.1)
    stuck, used = socket.socketpair()

    def look_up_for_ever() -> float:
        stuck.recv(1)
        return 0.0

    with stuck, used:
        config = Config.from_mapping(settings_of(sandbox, "zoomconnect", tmp_path))
        findings = [*examine(config, deadline=0.2, clock=look_up_for_ever)]
        used.send(b"x")
    late = {each.subject: each.state for each in findings if each.check == "deadline"}
    assert late["provider main"] is FindingState.PROBLEM


def test_a_check_that_fails_by_itself_is_a_finding_without_its_words(sandbox: Sandbox, tmp_path: Path) -> None:
    def broken_clock() -> float:
        raise ArithmeticError("a-secret-word")

    findings = found(settings_of(sandbox, "zoomconnect", tmp_path), clock=broken_clock)
    [finding] = wrong(findings)
    assert (finding.subject, finding.check) == ("provider main", "connection")
    assert "ArithmeticError" in finding.text
    assert "a-secret-word" not in finding.text
    assert {"journal", "webhooks"} <= {each.subject for each in findings}


def test_an_account_that_has_nothing_to_be_read_is_not_judged() -> None:
    findings = found({"providers": {"main": {"adapter": "memory"}}})
    [finding] = [each for each in findings if each.check == "credentials"]
    assert finding.state is FindingState.NOT_CHECKED


def test_nothing_is_sent(sandbox: Sandbox, tmp_path: Path) -> None:
    found(settings_of(sandbox, "twilio", tmp_path))
    assert sandbox.texts == ()
