"""The interface for asking a vendor: a request goes out, its answer comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from attrs import frozen

from smsgate.adapter.request import Answer, Request

__all__ = ["BlockingTransport", "Transport", "Unblocked"]


class Transport(Protocol):
    """Asks vendors. A client has one; threads or tasks share it."""

    async def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Return the whole answer, whatever its status; raise `ProviderError` if there is none.

        The request is asked once, within its `deadline`.
        """

    async def close(self) -> None:
        """Let go of every connection."""


class BlockingTransport(Protocol):
    """The same for threads: each call blocks the thread that makes it."""

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Return the whole answer, whatever its status; raise `ProviderError` if there is none."""

    def close(self) -> None:
        """Let go of every connection."""


@frozen
class Unblocked:
    """A blocking transport as the core asks it, on the engine of threads."""

    transport: BlockingTransport

    async def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Block until the answer is there."""
        return self.transport.ask(request, headers)

    async def close(self) -> None:
        """Let go of every connection."""
        self.transport.close()
