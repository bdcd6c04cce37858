"""The least that an adapter can be, at accounts whose vendor says what the test sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from attrs import frozen

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    Conversation,
    Effect,
    Gateway,
    Message,
    Provider,
    ProviderError,
    Request,
    SendResult,
    Settings,
    SmsgateError,
    Submission,
)
from smsgate.adapter.price_list import PriceList
from smsgate.testing import StubTransport, answer
from smsgate.transport.pacing import PaceStore

Said = Answer | ProviderError
SENT = answer(json="1")


@frozen(kw_only=True)
class StubSettings(Settings):
    base_url: str = "https://stub.example"


class StubAdapter(Adapter[Settings]):
    name = "stub"
    Settings = StubSettings
    blocked_for = 60.0

    def headers(self) -> Mapping[str, str]:
        return {}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        said = yield Request("POST", "send", json={"to": message.to, "text": message.text}, effect=Effect.SENDS)
        return Accepted(message_id=str(said.json()))


class StubProvider(Provider):
    """A provider whose vendor says what the test sets; `asked` counts."""

    def __init__(
        self,
        name: str,
        says: Iterable[Said] | Callable[[Request], Said],
        *,
        rate: str | None = None,
        prices: PriceList | None = None,
        pace_store: PaceStore | None = None,
    ) -> None:
        self.stub = StubTransport(says)
        settings = StubSettings(rate=rate, prices=prices)
        super().__init__(name, StubAdapter(settings, provider=name), self.stub, pace_store=pace_store)

    @property
    def asked(self) -> int:
        return len(self.stub.requests)


def accepting(name: str, prices: PriceList | None = None) -> StubProvider:
    """Return a provider that accepts everything."""
    return StubProvider(name, lambda _: SENT, prices=prices)


def send_result(gateway: Gateway, message: Message, deadline: float | None = None) -> SendResult:
    """Send, and return the result however it ends."""
    try:
        return gateway.send(message, deadline=deadline)
    except SmsgateError as error:
        if not isinstance(error.result, SendResult) or error.result.error is not error:
            raise AssertionError("an error of send carries its result") from error
        return error.result
