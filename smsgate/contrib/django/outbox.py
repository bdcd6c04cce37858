"""What the project's code sends in a test: no text leaves the process, whatever accounts the settings have."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from threading import Lock
from typing import cast, overload
from urllib.parse import urlsplit
from weakref import finalize

from attrs import evolve
from django.core.exceptions import ImproperlyConfigured

from smsgate.adapter.adapter import Accepted, Adapter
from smsgate.adapter.driver import Conversation
from smsgate.adapter.request import Answer, Request
from smsgate.adapter.settings import Settings
from smsgate.blocking.gateway import Gateway
from smsgate.blocking.provider import Provider
from smsgate.config import Account, Config
from smsgate.config.gateway_settings import settings_of
from smsgate.config.hooks import Hooks
from smsgate.contrib.django.test_runner import RunningTest, running_test
from smsgate.model.errors import UnsupportedError
from smsgate.model.message import Message
from smsgate.model.submission import Submission
from smsgate.transport.http import HttpTransport
from smsgate.transport.pacing import MemoryPaceStore

__all__ = ["Outbox", "adapter_class", "open_for_test", "outbox"]


class Outbox(Sequence[Message]):
    """The messages that the test that runs has sent, the oldest first; each test begins with none."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._test: RunningTest | None = None
        self._messages: list[Message] = []

    @overload
    def __getitem__(self, index: int) -> Message: ...
    @overload
    def __getitem__(self, index: slice) -> list[Message]: ...
    def __getitem__(self, index: int | slice) -> Message | list[Message]:
        return self._kept()[index]

    def __len__(self) -> int:
        return len(self._kept())

    def __eq__(self, other: object) -> bool:
        return self._kept() == (other._kept() if isinstance(other, Outbox) else other)

    __hash__ = None  # type: ignore[assignment] # as a list's

    def __repr__(self) -> str:
        return "<the outbox of a test; none runs>" if running_test() is None else repr(self._kept())

    def clear(self) -> None:
        """Forget them."""
        self._kept().clear()

    def add(self, message: Message) -> None:
        """Keep a message."""
        self._kept().append(message)

    def _kept(self) -> list[Message]:
        test = running_test()
        if test is None:
            raise ImproperlyConfigured("no test runs, and the outbox has the messages of a test; use the journal")
        with self._lock:
            if test != self._test:
                self._test, self._messages = test, []
            return self._messages


outbox = Outbox()


class RecordsSends(Adapter[Settings]):
    """Comes before an adapter among the bases of a class: messages go to the outbox, and all else is the adapter's."""

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        """Keep a message, which is accepted."""
        yield from ()
        outbox.add(message)
        return Accepted(message_id=submission.id, sender=message.sender)

    def send_bulk(self, messages: Sequence[Message], submissions: Sequence[Submission]) -> Conversation[list[Accepted]]:
        """Keep messages, where the vendor takes many in one call."""
        accepted = []
        for message, submission in zip(messages, submissions, strict=True):
            accepted.append((yield from self.send(message, submission)))
        return accepted


class NoTransport:
    """Makes no request."""

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Raise `UnsupportedError`."""
        del headers
        raise UnsupportedError(
            f"{request} was not made, because a test runs; override SMSGATE with the settings of a sandbox"
        )

    def close(self) -> None:
        """Do nothing: there is no connection."""


def adapter_class(adapter: Adapter[Settings]) -> type[Adapter[Settings]]:
    """Return the class that an adapter's package has."""
    kind = type(adapter)
    return kind.__bases__[1] if issubclass(kind, RecordsSends) else kind


def open_for_test(config: Config, *, asks_loopback: bool) -> Gateway:
    """Open a gateway for one test, whose texts go to the outbox.

    Only what a test's own settings have on loopback, such as a sandbox, is asked (`asks_loopback`): the project's are
    often for a sandbox of its developer's. Where the settings have a journal, it is a new one in a file of its own.
    """
    providers = [_provider(*each, asks_loopback=asks_loopback) for each in config.accounts.items()]
    if config.journal is None:
        return Gateway(providers, **settings_of(config, Hooks()))
    folder = tempfile.mkdtemp(prefix="smsgate-test-")
    journal = evolve(config.journal, path=str(Path(folder) / "smsgate.db"))
    opened = Gateway(providers, **settings_of(evolve(config, journal=journal), Hooks()))
    finalize(opened, shutil.rmtree, folder, ignore_errors=True)
    return opened


def _provider(name: str, account: Account, *, asks_loopback: bool) -> Provider:
    settings = account.settings
    if asks_loopback and _is_on_loopback(settings):
        return Provider(name, account.adapter(settings, provider=name), HttpTransport(settings))
    kind = cast("type[Adapter[Settings]]", type(account.adapter.__name__, (RecordsSends, account.adapter), {}))
    return Provider(name, kind(settings, provider=name), NoTransport(), pace_store=MemoryPaceStore())


def _is_on_loopback(settings: Settings) -> bool:
    """Say whether requests stay on this machine."""
    urls = (settings.base_url, *settings.other_hosts.values())
    return settings.proxy is None and all(_is_local(urlsplit(url).hostname or "") for url in urls)


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
