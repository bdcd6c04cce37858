"""In a test no text leaves the process, and each test begins with an empty outbox."""

from __future__ import annotations

import sys
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import SimpleTestCase
from django.test.utils import setup_test_environment, teardown_test_environment

from smsgate import Message, UnsupportedError
from smsgate.contrib.django import gateway, outbox
from smsgate.contrib.django.test_runner import running_test
from smsgate.sandbox import Sandbox
from tests.contrib.django.project import ACCOUNT, NUMBER, SETTINGS, leave_tests, sms

CODE = Message(NUMBER, "Your code is 4711", key="sign-in 17")


@pytest.fixture(name="djangos_own_runner")
def _djangos_own_runner() -> Iterator[None]:
    setup_test_environment()
    yield
    teardown_test_environment()


def test_texts_of_accounts_elsewhere_are_kept_and_no_request_is_made() -> None:
    with sms({**SETTINGS, "providers": {"zoom": {**ACCOUNT, "rate": "1/h"}}}):
        assert gateway.send(CODE).provider == "zoom"
        assert [each.outcome for each in gateway.send_bulk([CODE, Message(NUMBER, "2"), Message(NUMBER, "3")])]
        assert [each.text for each in outbox] == [CODE.text, "2", "3"]
        assert outbox == [CODE, *outbox[1:]]
        assert outbox[0].to == NUMBER
        with pytest.raises(UnsupportedError, match="was not made, because a test runs; override SMSGATE"):
            gateway.provider("zoom").balance()
        outbox.clear()
        assert len(outbox) == 0


def test_what_a_vendor_cannot_send_is_refused_as_ever() -> None:
    with sms(), pytest.raises(Exception, match="media"):
        gateway.send(Message(NUMBER, "", media=["https://example.com/cat.png"]))
    assert outbox == []


def test_the_projects_own_sandbox_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(vendors=["zoomconnect"]) as sandbox:
        monkeypatch.setattr(settings, "SMSGATE", {**sandbox.settings(), "journal": "django"})
        gateway.send(CODE)
        gateway.close()
        assert outbox == [CODE]
        assert not sandbox.texts


def test_a_sandbox_of_the_tests_own_settings_is_asked() -> None:
    with Sandbox(vendors=["zoomconnect"]) as sandbox, sms({**sandbox.settings(), "journal": "django"}):
        gateway.send(CODE)
        assert sandbox.wait_for_text(NUMBER).code() == "4711"
        assert outbox == []


@pytest.mark.parametrize("other", [{"base_url": "http://127.0.0.1.example.com/api"}, {"proxy": "http://127.0.0.1:9"}])
def test_an_account_that_only_looks_like_one_on_loopback_is_not_asked(other: dict[str, str]) -> None:
    account = {**ACCOUNT, "base_url": "http://127.0.0.1:9", **other}
    with sms({**SETTINGS, "providers": {"zoom": account}}):
        gateway.send(CODE)
        assert outbox == [CODE]


def test_another_test_of_pytest_has_another_outbox_and_knows_no_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with sms():
        gateway.send(CODE)
        [journal] = tmp_path.glob("*/smsgate.db")
        monkeypatch.setenv("PYTEST_CURRENT_TEST", "tests/test_shop.py::test_another (call)")
        assert outbox == []
        gateway.send(CODE)
        assert outbox == [CODE]
        assert not journal.parent.exists()
        monkeypatch.setenv("PYTEST_CURRENT_TEST", "tests/test_shop.py::test_another (teardown)")
        assert outbox == [CODE]


@pytest.mark.usefixtures("djangos_own_runner")
def test_each_test_case_of_django_has_another_outbox_and_knows_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    class Login(SimpleTestCase):  # type: ignore[misc] # Django has no types
        def test_one(self) -> None:
            gateway.send(CODE)
            assert outbox == [CODE]

        def test_two(self) -> None:
            gateway.send(CODE)
            assert [each.to for each in outbox] == [NUMBER]

    leave_tests(monkeypatch)
    with sms():
        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(Login).run(result)
    assert (result.testsRun, result.failures, result.errors) == (2, [], [])


@pytest.mark.usefixtures("djangos_own_runner")
def test_djangos_test_runner_is_noticed_whatever_a_test_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_tests(monkeypatch)
    with sms(ALLOWED_HOSTS=["shop.example.com"]):
        assert running_test() is not None
        gateway.send(CODE)
        assert outbox == [CODE]


def test_a_project_that_keeps_its_mails_in_memory_is_no_test(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_tests(monkeypatch)
    monkeypatch.setattr(mail, "outbox", [], raising=False)
    assert running_test() is None


def test_a_server_that_a_test_starts_is_no_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pytest")
    assert running_test() is None


def test_outside_tests_there_is_no_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_tests(monkeypatch)
    with pytest.raises(ImproperlyConfigured, match="no test runs"):
        len(outbox)
