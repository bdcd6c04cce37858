"""What ``manage.py check`` says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from django.core.checks import CheckMessage, run_checks
from django.test import override_settings

from smsgate.contrib.django.checks import TAG
from tests.contrib.django.project import ACCOUNT, SECRET, SETTINGS, leave_tests, sms
from tests.contrib.django.test_database import POSTGRES, database

urlpatterns: list[object] = []
"""Those of a project without webhooks."""


def found(*, deploy: bool = False) -> list[CheckMessage]:
    return [*run_checks(tags=[TAG], include_deployment_checks=deploy)]


def ids(*, deploy: bool = False) -> list[str]:
    return [message.id for message in found(deploy=deploy)]


@pytest.fixture(autouse=True)
def _shop() -> Iterator[None]:
    with database(**POSTGRES, HOST="db"):
        yield


def test_settings_that_are_right_have_no_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_tests(monkeypatch)
    with sms({**SETTINGS, "journal": "django:shop"}):
        assert found(deploy=True) == []


def test_each_problem_of_the_settings_is_an_error_with_its_hint() -> None:
    wrong = {"providers": {"zoom": {**ACCOUNT, "adapter": "zoomconect"}}, "route": ["zoon"], "deadline": -1}
    with sms(wrong):
        messages = found()
    assert {message.id for message in messages} == {"smsgate.E001"}
    said = {message.msg: message.hint for message in messages}
    assert said["settings: route: no provider 'zoon' (there are: zoom)"] == "Did you mean 'zoom'?"
    assert any("zoomconect" in what for what in said)
    assert any("deadline must be over 0" in what for what in said)
    assert "canary" not in str(messages)


def test_settings_that_are_missing_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMSGATE_CONFIG", raising=False)
    with sms(None):
        [message] = found()
    assert (message.id, message.msg) == ("smsgate.E001", "SMSGATE is missing")
    assert "set it to a mapping" in message.hint.lower()


def test_a_database_without_a_journal_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_tests(monkeypatch)
    with database(alias="old", ENGINE="django.db.backends.dummy"), sms({**SETTINGS, "journal": "django:old"}):
        [message] = found()
        assert message.id == "smsgate.E002"
        assert "DATABASES['old'] is unknown, where no journal can be kept" in message.msg
        assert message.hint.startswith("Name a database in PostgreSQL")
        assert ids(deploy=True) == ["smsgate.E002"]
    with sms({**SETTINGS, "journal": "django:shpo"}):
        [message] = found()
    assert (message.id, message.hint) == ("smsgate.E002", "Did you mean 'shop'?")


def test_the_databases_of_a_test_run_are_no_error() -> None:
    with sms({**SETTINGS, "journal": "django"}):  # an SQLite database in memory
        assert found() == []


def test_webhooks_that_the_urls_do_not_include_are_a_warning() -> None:
    with sms(), override_settings(ROOT_URLCONF=__name__):
        [message] = found()
    assert message.id == "smsgate.W001"
    assert 'include("smsgate.contrib.django.urls")' in message.hint


def test_webhooks_in_the_urls_without_a_secret_are_an_error() -> None:
    settings = {name: value for name, value in SETTINGS.items() if name != "webhooks"}
    with sms(settings):
        assert ids() == ["smsgate.E003"]
        with override_settings(ROOT_URLCONF=__name__):
            assert ids() == []


def test_a_public_url_that_the_urls_do_not_have_is_a_warning() -> None:
    for path, expected in (("/sms", ["smsgate.W002"]), ("/hooks/sms", [])):
        webhooks = {"secret": SECRET, "public_url": f"https://example.com{path}"}
        with sms({**SETTINGS, "webhooks": webhooks}):
            assert ids() == expected


def test_production_without_a_journal_is_a_warning() -> None:
    settings = {name: value for name, value in SETTINGS.items() if name != "journal"}
    with sms(settings):
        assert ids() == []
        assert ids(deploy=True) == ["smsgate.W003"]


def test_a_journal_in_a_file_is_a_hint_for_several_hosts(tmp_path: Path) -> None:
    with sms({**SETTINGS, "journal": tmp_path / "smsgate.db"}):
        assert ids() == []
        [message] = found(deploy=True)
    assert message.id == "smsgate.I001"
    assert not message.is_serious()


@contextmanager
def program(folder: Path, text: str, *, debug: bool = False) -> Iterator[None]:
    """Have a module of settings in a file, beside another one that it reads."""
    (folder / "base.py").write_text(text, encoding="utf-8")
    (folder / "production.py").write_text("from .base import *\n", encoding="utf-8")
    module = ModuleType("production")
    module.__file__ = str(folder / "production.py")
    sys.modules["shop.production"] = module
    try:
        with override_settings(SETTINGS_MODULE="shop.production", DEBUG=debug):
            yield
    finally:
        del sys.modules["shop.production"]


def test_a_secret_in_the_text_of_the_settings_is_a_warning_in_production(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_tests(monkeypatch)
    settings = {**SETTINGS, "journal": "django:shop"}
    written = f'SMSGATE = {{"token": "{ACCOUNT["token"]}"}}'
    with sms(settings), program(tmp_path, written):
        [message] = found(deploy=True)
        assert message.id == "smsgate.W004"
        assert message.msg.startswith("SMSGATE: providers.zoom: a secret is written")
        assert "canary" not in str(message)
        assert ids() == []
    with sms(settings), program(tmp_path, written, debug=True):
        assert ids(deploy=True) == []
    with sms(settings), program(tmp_path, 'SMSGATE = {"token": os.environ["TOKEN"]}'):
        assert ids(deploy=True) == []
    address = "postgresql://sms:canary%2Fword@db/sms"
    with sms({**settings, "journal": address}), program(tmp_path, f'SMSGATE = {{"journal": "{address}"}}'):
        [message] = found(deploy=True)
        assert message.msg.startswith("SMSGATE: journal: a secret is written")
