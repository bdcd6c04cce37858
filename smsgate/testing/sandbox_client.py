"""Use a sandbox that runs in another process, from a test: wait for a text, read its code, reply, make vendors fail."""

from __future__ import annotations

import math
from datetime import timedelta
from threading import Lock
from time import monotonic

from smsgate.testing.sandbox_connection import SandboxConnection
from smsgate.testing.sandbox_errors import NoTextError
from smsgate.testing.sandbox_text import SandboxText, text_from

__all__ = ["SandboxClient"]

_PAGE = 1000
_LONGEST_WAIT = 60.0
_SHORTEST_WAIT = 0.001  # a wait in vain says what came instead


class SandboxClient:
    """Asks the sandbox at a URL, such as one that `smsgate sandbox` runs; `token` is that of its `--token`.

    It may be used by several threads, and by several processes with a client each. On asyncio call its methods
    through `asyncio.to_thread`. Every method raises SandboxError if no sandbox answers, or if it refuses.
    """

    def __init__(self, url: str = "http://127.0.0.1:8730", *, token: str | None = None) -> None:
        self._sandbox = SandboxConnection(url, token)
        self._lock = Lock()
        self._given: dict[str, int] = {}
        self._start: int = self._sandbox.get("messages", limit=0)["next"]

    def __repr__(self) -> str:
        return f"SandboxClient({self._sandbox.url!r})"

    def texts(self, to: str | None = None, vendor: str | None = None) -> tuple[SandboxText, ...]:
        """Return the texts that the sandbox sent, the oldest first: to this phone (E.164), by this vendor."""
        texts: list[SandboxText] = []
        after, more = 0, True
        while more:
            answer = self._sandbox.get("messages", to=to, vendor=vendor, after=after, limit=_PAGE)
            texts += map(text_from, answer["messages"])
            after, more = answer["next"], len(answer["messages"]) == _PAGE
        return tuple(texts)

    def wait_for_text(self, to: str, within: float = 5.0, vendor: str | None = None) -> SandboxText:
        """Return the next text to a phone (E.164), which may have come already; NoTextError after `within` seconds.

        The first call returns the first text since this client was made, each further one the first after that: start
        the login first, or the wait, as you like. With `vendor` other vendors' texts are passed over.
        """
        if not 0 <= within < math.inf:
            raise ValueError(f"within must be a number of seconds from 0, got {within}")
        end = monotonic() + within
        while True:
            wait = min(max(end - monotonic(), _SHORTEST_WAIT), _LONGEST_WAIT)
            after = self._given.get(_digits(to), self._start)
            answer = self._sandbox.get(
                "messages", waits=wait, to=to, vendor=vendor, after=after, limit=1, wait=f"{wait:.3f}"
            )
            for text in map(text_from, answer["messages"]):
                if self._gives(text):
                    return text
            if not answer["messages"] and monotonic() >= end:
                by = f" by {vendor}" if vendor else ""
                raise NoTextError(f"no text to {to}{by} came within {within:g} s; {answer['instead']}")

    def receive(self, vendor: str, sender: str, text: str, message_id: str | None = None) -> str:
        """Receive a text from a person (E.164) at a vendor; return its id when the application has answered."""
        fields = {"vendor": vendor, "sender": sender, "text": text, "message_id": message_id}
        reply_id = str(self._sandbox.post("replies", **fields)["id"])
        self.settle()
        return reply_id

    def reply(self, text: SandboxText, words: str) -> str:
        """Reply to a text from its phone; return the reply's id when the application has answered its webhook."""
        return self.receive(text.vendor, text.to, words, text.message_id)

    def misbehave(self, vendor: str, fault: str, times: int | None = 1, path: str = "*") -> None:
        """Let the next requests to a vendor meet a fault, such as `rate_limited`; `times` None: all from now on.

        `path` is a shell pattern on the path after the base URL. docs/reference/sandbox.md lists the faults.
        """
        self._sandbox.post("faults", vendor=vendor, fault=str(fault), times=times, path=path)

    def behave(self) -> None:
        """Cancel the faults that were ordered."""
        self._sandbox.delete("faults")

    def end(self, text: SandboxText, outcome: str) -> None:
        """End the delivery of a text now, as `delivered`, `failed` or `expired`; return when its report has arrived."""
        self._sandbox.post(f"messages/{text.number}/end", outcome=str(outcome))
        self.settle()

    def end_texts(self, vendor: str, outcome: str = "delivered") -> None:
        """End the deliveries of a vendor's texts so from now on; with `stays_sent` each waits for `end`."""
        self._sandbox.post("endings", vendor=vendor, outcome=str(outcome))

    def advance(self, by: timedelta) -> None:
        """Move the sandbox's clock forward; return when the reports that fell due have arrived."""
        self._sandbox.post("advance", seconds=by.total_seconds())
        self.settle()

    def call_back(self, vendor: str, url: str | None, kind: str | None = None) -> None:
        """Send a vendor's reports and replies, or those of one kind, to a URL of the application; None: to none."""
        self._sandbox.post("callbacks", vendor=vendor, url=url, kind=kind)

    def settle(self) -> None:
        """Wait until every call to the application that is due has ended; not from the application's own handler."""
        self._sandbox.post("settle")

    def reset(self) -> None:
        """Begin anew: no texts, no faults, no URLs to call, fresh accounts."""
        self._sandbox.post("reset")

    def _gives(self, text: SandboxText) -> bool:
        """Say whether no other thread has got a text, and note that this one has."""
        with self._lock:
            is_new = text.number > self._given.get(_digits(text.to), self._start)
            if is_new:
                self._given[_digits(text.to)] = text.number
            return is_new


def _digits(phone: str) -> str:
    return phone.lstrip("+ ")
