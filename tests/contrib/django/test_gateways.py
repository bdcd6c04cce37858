"""One gateway a process, opened at its first use, for the settings of now."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from threading import Barrier, Event, Thread, current_thread, main_thread

import pytest
from django.test.utils import override_settings

from smsgate import ConfigError, Gateway, Message, Outcome
from smsgate.contrib.django import gateway
from smsgate.contrib.django.gateways import current
from tests.contrib.django.project import NUMBER, SETTINGS, leave_tests, sms

MEMORY = {"providers": {"dev": {"adapter": "memory"}}, "default_region": "ZA"}


def test_the_project_sends_through_the_gateway_of_its_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    leave_tests(monkeypatch)
    with sms({**MEMORY, "journal": tmp_path / "smsgate.db"}):
        sent = gateway.send(gateway.message("082 123 4567", "Your code is 4711", key="sign-in 17"))
        again = gateway.send(Message(NUMBER, "Your code is 4711", key="sign-in 17"))
        assert (sent.outcome, sent.message_id) == (Outcome.ACCEPTED, again.message_id)
        assert [entry.to for entry in gateway.journal.find(to=NUMBER)] == [NUMBER]


def test_settings_may_be_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    leave_tests(monkeypatch)
    file = tmp_path / "smsgate.toml"
    file.write_text('[providers.of_the_file]\nadapter = "memory"\n', encoding="utf-8")
    for settings in (file, str(file)):
        with sms(settings):
            assert [each.name for each in gateway.providers] == ["of_the_file"]
    monkeypatch.setenv("SMSGATE_CONFIG", str(file))
    with sms(None):
        assert [each.name for each in gateway.providers] == ["of_the_file"]


def test_settings_that_are_missing_or_neither_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SMSGATE_")]:
        monkeypatch.delenv(name)
    with sms(None), pytest.raises(ConfigError, match=r"SMSGATE is missing; set it .* or SMSGATE_CONFIG"):
        gateway.message(NUMBER, "Hi")
    with sms(17), pytest.raises(ConfigError, match="SMSGATE must be a mapping or the path of a TOML file, got int"):
        gateway.message(NUMBER, "Hi")


def test_nothing_is_opened_before_it_is_used() -> None:
    with sms({"providers": {"dev": {"adapter": "no such adapter"}}}):
        assert repr(gateway) == "<the gateway of the setting SMSGATE>"
        assert not hasattr(gateway, "__wrapped__")
        gateway.close()
        with pytest.raises(ConfigError, match="no adapter 'no such adapter'"):
            gateway.message(NUMBER, "Hi")


def test_threads_share_one_gateway() -> None:
    found: list[Gateway] = []
    ready = Barrier(4)

    def use() -> None:
        ready.wait(30)
        found.append(current.get())

    with sms():
        threads = [Thread(target=use) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert len(found) == 4
        assert {*map(id, found)} == {id(current.get())}


class EarlierTest:
    """The test before this one; a thread that is late goes on once the other has the new test's gateway."""

    def __init__(self) -> None:
        self.is_compared, self.is_opened = Event(), Event()

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        if current_thread() is not main_thread():
            self.is_compared.set()
            assert self.is_opened.wait(30)
        return False


def test_a_thread_that_comes_late_does_not_close_the_gateway_of_a_new_test(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Gateway] = []
    with sms():
        earlier = EarlierTest()
        monkeypatch.setattr(current, "_test", earlier)
        late = Thread(target=lambda: found.append(current.get()))
        late.start()
        assert earlier.is_compared.wait(30)
        first = current.get()
        earlier.is_opened.set()
        late.join(30)
        assert found == [first]


def test_changed_settings_make_another_gateway() -> None:
    with sms(MEMORY):
        first = current.get()
        with override_settings(SMSGATE=SETTINGS):
            assert [each.name for each in gateway.providers] == ["zoom"]
        assert current.get() is not first
        assert [each.name for each in gateway.providers] == ["dev"]
        kept = current.get()
        with override_settings(LANGUAGE_CODE="en"):
            assert current.get() is kept


def test_a_forked_child_opens_one_of_its_own_and_leaves_the_parents(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    leave_tests(monkeypatch)
    with sms({**MEMORY, "journal": tmp_path / "smsgate.db"}):
        gateway.send(Message(NUMBER, "before the fork"))
        parents = current.get()
        if (pid := os.fork()) == 0:
            try:
                gateway.send(Message(NUMBER, "in the child"))
                is_its_own = current.get() is not parents
                gateway.close()
                os._exit(0 if is_its_own else 1)
            finally:
                os._exit(2)
        assert os.waitpid(pid, 0)[1] == 0
        assert current.get() is parents
        gateway.send(Message(NUMBER, "after the fork"))
        assert len([*gateway.journal.find(to=NUMBER)]) == 3


def test_a_gateway_that_was_closed_is_opened_again() -> None:
    with sms():
        first = current.get()
        gateway.close()
        assert current.get() is not first


def test_it_cannot_be_pickled() -> None:
    with pytest.raises(TypeError, match=r"from smsgate\.contrib\.django import gateway"):
        pickle.dumps(gateway)
