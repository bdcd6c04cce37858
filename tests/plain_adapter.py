"""A vendor that takes what it is given, as small as it can be, alone or many at a time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    Conversation,
    Doubt,
    Effect,
    Gateway,
    JournalSettings,
    Message,
    NotSentError,
    Provider,
    ProviderError,
    Reconciles,
    RejectedError,
    Request,
    Route,
    SendsBulk,
    SendsMedia,
    Settings,
    Submission,
    UnknownOutcomeError,
)
from smsgate.testing import answer
from tests.journal_at import journal_at

Bare = Settings

Said = Answer | ProviderError
OK = answer(json={})
LOST = UnknownOutcomeError("the connection was cut", message_id="17")
DOWN = NotSentError("no connection")
NO = RejectedError("the text was refused")
TO = "+27821234567"


class Plain(Adapter[Settings], Reconciles):
    """Takes one message a call."""

    name = "plain"
    Settings = Bare

    def __init__(self, settings: Bare, *, provider: str) -> None:
        super().__init__(settings, provider=provider)
        self.ids = itertools.count(1)

    def headers(self) -> Mapping[str, str]:
        return {}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        yield Request("POST", "send", json={"to": message.to, "text": message.text}, effect=Effect.SENDS)
        return Accepted(message_id=str(next(self.ids)), raw={"secret": "of the vendor"})

    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | None]:
        found = yield Request("GET", "messages/{id}", ids={"id": doubt.message_id or "none"})
        return Accepted(message_id="17") if found.json() else None


class WithMedia(Plain, SendsMedia):
    """Takes one message a call, with ten files."""

    name = "withmedia"
    media_at_most = 10

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        body = {"to": message.to, "text": message.text, "media": [each.url for each in message.media]}
        yield Request("POST", "send", json=body, effect=Effect.SENDS)
        return Accepted(message_id=str(next(self.ids)))


class InBulk(Plain, SendsBulk):
    """Takes five messages a call."""

    name = "inbulk"
    bulk_size = 5

    def send_bulk(
        self, messages: Sequence[Message], submissions: Sequence[Submission]
    ) -> Conversation[Sequence[Accepted | RejectedError | NotSentError]]:
        texts = [message.text for message in messages]
        said = yield Request("POST", "send-bulk", json={"texts": texts}, effect=Effect.SENDS)
        refused = said.raw()
        results: list[Accepted | RejectedError | NotSentError] = []
        for text in texts:
            match refused.get(text):
                case "rejected":
                    results.append(RejectedError(f"{text} was refused"))
                case "not sent":
                    results.append(NotSentError(f"{text} was not taken"))
                case _:
                    results.append(Accepted(message_id=str(next(self.ids))))
        return results


class Line:
    """A transport that remembers requests; says what a function of the request says."""

    def __init__(self, says: Callable[[Request], Said] | Said = OK) -> None:
        self.says = says
        self.requests: list[Request] = []

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        self.requests.append(request)
        said = self.says(request) if callable(self.says) else self.says
        if isinstance(said, ProviderError):
            raise said.become(type(said), said.reason)
        return said

    def close(self) -> None:
        pass

    @property
    def texts(self) -> list[str]:
        """Return the texts that were handed over, in order."""
        texts: list[str] = []
        for request in self.requests:
            if isinstance(request.json, dict):
                texts += request.json.get("texts", [request.json.get("text")])
        return texts


def provider(name: str, line: Line, adapter: type[Plain] = Plain) -> Provider:
    return Provider(name, adapter(Settings(base_url="http://127.0.0.1"), provider=name), line)


@contextmanager
def gateway(
    path: str | JournalSettings | None,
    *lines: Line,
    adapter: type[Plain] = Plain,
    route: Route | None = None,
    clock: Callable[[], float] | None = None,
) -> Iterator[Gateway]:
    """Open a gateway on providers called a, b, ..., with a journal where a path is given."""
    journal = None if path is None else journal_at(path, clock=clock)
    providers = [provider(name, line, adapter) for name, line in zip("abc", lines, strict=False)]
    with Gateway(providers, route=route, journal=journal, deadline=30.0) as opened:
        yield opened


def message(text: str = "Your code is 4711", **fields: object) -> Message:
    return Message(TO, text, **fields)  # type: ignore[arg-type]


__all__ = [
    "DOWN",
    "LOST",
    "NO",
    "OK",
    "TO",
    "InBulk",
    "Line",
    "Plain",
    "Said",
    "WithMedia",
    "gateway",
    "message",
    "provider",
]
