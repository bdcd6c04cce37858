"""What an application has sent, as a list."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import overload

from smsgate.adapter.abilities.sending import ChoosesSender
from smsgate.adapter.registry import adapter_named, installed_adapters
from smsgate.adapter.request import given as set_only
from smsgate.model.message import Message
from smsgate.model.numbers import read_number
from smsgate.testing.applications.marks import Asked
from smsgate.testing.applications.message_lines import read_messages
from smsgate.testing.applications.settings import ApplicationSettings
from smsgate.testing.applications.table import table

__all__ = ["SmsOutbox"]

_PAUSE = 0.01
"""Seconds between two looks at the file."""


class SmsOutbox(ApplicationSettings, Sequence[Message]):
    """The messages that were sent in a test, the oldest first: a sequence of `Message`.

    Messages of every gateway on these settings are in it, blocking or not, of this process or another one. Numbers
    without a country are read in the `region`.
    """

    def __init__(self, asked: Asked, folder: Path, region: str | None) -> None:
        self._file = folder / "messages.jsonl"
        self._region = region
        settings = asked.with_providers({}, folder, region)
        common = settings.pop("senders", None)
        providers = _tables(asked.settings.get("providers") or {"test": {}})
        settings["providers"] = {name: self._provider(given, common) for name, given in providers.items()}
        super().__init__(settings, folder)

    def _provider(self, given: Mapping[str, object], senders: object) -> dict[str, object]:
        """Return a provider without its vendor, with the common `senders` where its vendor lets one be chosen."""
        own: dict[str, object] = {"adapter": "memory", "file": str(self._file)}
        if _chooses_sender(given.get("adapter")):
            own["senders"] = given.get("senders", senders)
        return set_only({**own, "prices": given.get("prices")})

    @property
    def messages(self) -> list[Message]:
        """The messages; each has the sender that the settings chose."""
        return read_messages(self._file)

    def __len__(self) -> int:
        return len(self.messages)

    def __iter__(self) -> Iterator[Message]:
        return iter(self.messages)

    @overload
    def __getitem__(self, index: int) -> Message: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Message]: ...

    def __getitem__(self, index: int | slice) -> Message | Sequence[Message]:
        return self.messages[index]

    def __repr__(self) -> str:
        return f"SmsOutbox({self.messages!r})"

    @property
    def last(self) -> Message:
        """The newest message; AssertionError if none was sent."""
        __tracebackhide__ = True
        return self.assert_sent()

    def to(self, number: str) -> list[Message]:
        """Return the messages to a person, the oldest first."""
        return [each for each in self.messages if each.to == self._number(number)]

    def code(self, to: str | None = None, *, digits: tuple[int, int] = (4, 8)) -> str:
        """Return the one-time code of the newest message (to a person): the only number of so many digits in it.

        `123-456` is `123456`. AssertionError if there is no message, LookupError if it has no code or several.
        """
        __tracebackhide__ = True
        from smsgate.sandbox.codes import one_code  # noqa: PLC0415 - the sandbox takes long to import

        return one_code(self.assert_sent(to).text, digits)

    def assert_sent(
        self, to: str | None = None, *, containing: str = "", count: int | None = None, within: float = 0.0
    ) -> Message:
        """Return the newest message to a person whose text has these words; AssertionError if there is none.

        With `count` there must be exactly so many. `within` are the seconds to wait for what another thread or process
        sends. The error shows what was sent instead.
        """
        __tracebackhide__ = True
        if count is not None and count < 1:
            raise ValueError(f"count must be at least 1, got {count}; for none there is assert_not_sent")
        ends = time.monotonic() + within
        while True:
            messages = self.messages
            found = self._matching(messages, to, containing)
            if found and count in {None, len(found)}:
                return found[-1]
            if time.monotonic() >= ends:
                expected = "" if count is None else f", expected {count}"
                raise AssertionError(f"{self._found(found, to, containing)}{expected}; {_instead(messages)}")
            time.sleep(_PAUSE)

    def assert_not_sent(self, to: str | None = None, *, containing: str = "") -> None:
        """Raise AssertionError if a message was sent to a person, or with these words, or at all."""
        __tracebackhide__ = True
        messages = self.messages
        if found := self._matching(messages, to, containing):
            raise AssertionError(f"{self._found(found, to, containing)}, expected none; {_instead(messages)}")

    def clear(self) -> None:
        """Forget what was sent so far."""
        self._file.write_bytes(b"")

    def _number(self, number: str) -> str:
        return read_number(number, self._region)

    def _matching(self, messages: Sequence[Message], to: str | None, containing: str) -> list[Message]:
        number = None if to is None else self._number(to)
        return [each for each in messages if number in {None, each.to} and containing in each.text]

    def _found(self, found: Sequence[Message], to: str | None, containing: str) -> str:
        texts = f"{len(found) or 'no'} text{'s were' if len(found) > 1 else ' was'} sent"
        recipient = "" if to is None else f" to {self._number(to)}"
        return f"{texts}{recipient}{containing and f' with {containing!r}'}"


def _tables(providers: object) -> dict[str, Mapping[str, object]]:
    named = providers if isinstance(providers, Mapping) else {}
    return {name: given if isinstance(given, Mapping) else {} for name, given in named.items()}


def _chooses_sender(adapter: object) -> bool:
    """Say whether a vendor lets a sender be chosen; one that is not installed here is taken for one that does."""
    if adapter not in installed_adapters():
        return True
    return issubclass(adapter_named(str(adapter)), ChoosesSender)


def _instead(messages: Sequence[Message]) -> str:
    if not messages:
        return "nothing was sent: let the application use smsgate_outbox.gateway, or Gateway.from_env() during the test"
    rows = [(number, each.to, repr(each.text)) for number, each in enumerate(messages, 1)]
    return f"what was sent:\n{table(('#', 'to', 'text'), rows)}"
