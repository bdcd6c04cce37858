"""The gateway of a process: opened at its first use, after any fork; another one for other settings or another test."""

from __future__ import annotations

from functools import partial
from threading import Lock
from typing import NoReturn, cast

from smsgate.blocking.gateway import Gateway
from smsgate.contrib.django.outbox import open_for_test
from smsgate.contrib.django.project_config import SETTING, read_config
from smsgate.contrib.django.signals import send_event
from smsgate.contrib.django.test_runner import RunningTest, running_test
from smsgate.contrib.process_gateway import ProcessGateway
from smsgate.webhooks import Receiver

__all__ = ["current", "forget_settings", "gateway"]


class CurrentGateway:
    """Opens the gateway that the project's code uses now, and its receiver; threads share it."""

    def __init__(self) -> None:
        self._process = ProcessGateway(self._open)
        self._lock = Lock()
        self._test: RunningTest | None = None
        self._overrides = 0
        self._receivers: dict[Gateway, Receiver] = {}

    def get(self) -> Gateway:
        """Return the gateway; raise `ConfigError` if the settings are wrong."""
        test = running_test()
        if test != self._test:  # never outside tests, where processes fork
            with self._lock:
                if test != self._test:
                    self.close()
                    self._test = test
        return self._process.get()

    def receiver(self) -> Receiver:
        """Return what takes vendors' calls; raise `ConfigError` without ``webhooks`` in the settings."""
        opened = self.get()
        found = self._receivers.get(opened)
        if found is None:  # of two threads one is first; its receiver is the one that knows which calls came
            found = self._receivers.setdefault(opened, Receiver(opened, partial(send_event, opened)))
        return found

    def close(self) -> None:
        """Close the gateway, if there is one; the next use opens another."""
        self._receivers.clear()
        self._process.close()

    def override(self, *, enter: bool) -> None:
        """Note that a test has settings of its own from now on, or no more."""
        self._overrides += 1 if enter else -1
        self.close()

    def _open(self) -> Gateway:
        config = read_config()
        if running_test() is None:
            return Gateway.from_config(config)
        return open_for_test(config, asks_loopback=self._overrides > 0)


current = CurrentGateway()


class ProjectGateway:
    """The `Gateway` of the settings ``SMSGATE``, whose attributes it has; nothing is opened before one is used."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # what looks at a module's names must not open a gateway
            raise AttributeError(f"{type(self).__name__} has no {name}")
        return getattr(current.get(), name)

    def close(self) -> None:
        """Close the gateway of this process, if there is one; the next use opens another."""
        current.close()

    def __repr__(self) -> str:
        return f"<the gateway of the setting {SETTING}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a gateway cannot be pickled; import it: from smsgate.contrib.django import gateway")


gateway = cast("Gateway", ProjectGateway())
"""The gateway of this process."""


def forget_settings(*, setting: str, enter: bool, **_: object) -> None:
    """Close the gateway if its settings change, as ``override_settings`` does it; receives `setting_changed`."""
    if setting == SETTING:
        current.override(enter=enter)
    elif setting == "DATABASES":
        current.close()
