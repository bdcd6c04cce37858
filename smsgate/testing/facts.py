"""The facts that an adapter's author gives, and what the inherited tests are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import attrs
import pytest

from smsgate.adapter.adapter import Adapter
from smsgate.adapter.operation import Level
from smsgate.adapter.request import Answer, Request
from smsgate.adapter.settings import Settings
from smsgate.adapter.webhook import WebhookCall
from smsgate.blocking.provider import Provider
from smsgate.config.converter import SettingsConverter
from smsgate.model.errors import (
    AuthenticationError,
    NotSentError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    SmsgateError,
    UnknownOutcomeError,
)
from smsgate.model.message import Message
from smsgate.model.status import Status
from smsgate.testing.calls import CALLS, Samples
from smsgate.testing.example import ShownText, WebhookExample
from smsgate.testing.recorded import Answers, Recorded, Refusal
from smsgate.testing.stub import StubTransport, Unpaced, Unwaiting

__all__ = ["ACCOUNT", "FAILURES", "REFUSALS", "AdapterFacts"]

ACCOUNT = "an-account"
"""The name of the provider in these tests: errors and values must name it."""

REFUSALS: Mapping[int, tuple[type[ProviderError], ...]] = {
    400: (RejectedError, NotSentError),
    401: (AuthenticationError,),
    403: (PermissionDeniedError,),
    404: (RejectedError, NotSentError),
    429: (RateLimitedError,),
}
FAILURES = (408, 500, 502, 503, 504)
SETTINGS = SettingsConverter({}, Path(), from_text=False)
"""Reads settings."""


class AdapterFacts:
    """What the vendor answers, and how the adapter is asked."""

    adapter: ClassVar[type[Adapter[Settings]]]
    settings: ClassVar[Mapping[str, object]]
    """As in `[providers.<name>]`, without `adapter`."""
    secrets: ClassVar[Sequence[str]]
    """The settings that must never show."""
    recorded: ClassVar[Answers]
    """What the vendor answers when all goes well, to every request that the adapter can ask."""
    refusals: ClassVar[Mapping[str, Refusal]]
    """The vendor's ways to say no to a message, in and outside of 2xx."""
    statuses: ClassVar[Mapping[str, Status]] = {}
    """The vendor's words for where a message is; needed with `TellsStatus`."""
    endless: ClassVar[Mapping[str, Answers]] = {}
    """For lists that come in pages ("contacts.list"): a page which says that there are more, however often it is asked.

    The stub gives it to every request of a page, and the list must end all the same, with an error.
    """
    filtered: ClassVar[Mapping[str, Answers]] = {}
    """For lists of which the adapter leaves entries out: a page of which it leaves out all, where there are more.

    The list must go on with the next page.
    """
    webhooks: ClassVar[Mapping[str, WebhookExample]] = {}
    """The vendor's calls to a webhook, each kind by a name; needed with `ReadsWebhooks`."""
    any_field_order: ClassVar[bool] = False
    """Whether a signature is also valid for the fields of a form in another order; for `VerifiesWebhooks`."""
    any_2xx_accepts: ClassVar[bool] = False
    """Whether any JSON in 2xx, or none, to the request that sends means yes, as the vendor gave the id before."""

    shown_ids: ClassVar[tuple[str, str]] = ("1", "2")
    """The vendor's ids of two texts to one number, as the adapter returns them; for `with_texts`."""
    already_there: ClassVar[Answer | None] = None
    """What the vendor answers to a repetition with the same key (`Effect.KEYED`), where it says that it has it."""

    message: ClassVar[Message] = Message(
        "+27821234567", "Your code is 4711", reference="order-4711", campaign="codes", extra={}
    )
    sender: ClassVar[str] = "+27600000000"
    message_id: ClassVar[str] = "1"
    contact_id: ClassVar[str] = "1"
    group_id: ClassVar[str] = "1"
    template_id: ClassVar[str] = "1"

    def with_status(self, word: str) -> Answers:
        """Say which answers make a question for one message's status meet a word; needed with `TellsStatus`."""
        raise NotImplementedError(f"{type(self).__name__}.with_status(word) is needed, as the adapter has TellsStatus")

    def signed(self, call: WebhookCall, at: datetime, *, by_another: bool = False) -> WebhookCall:
        """Return any call as the vendor signs it at a time; needed with `VerifiesWebhooks`.

        What is added are headers of the signature only. `by_another`: with the key of another of the vendor's accounts.
        """
        raise NotImplementedError(
            f"{type(self).__name__}.signed(call, at) is needed, as the adapter has VerifiesWebhooks"
        )

    def with_texts(self, texts: Sequence[ShownText]) -> Answers:
        """Say which answers show these texts, in this order and no others, to an adapter that looks for one of them."""
        raise NotImplementedError(f"{type(self).__name__}.with_texts(texts) is needed, as the adapter has Reconciles")

    def provider(self, answers: Answers = {}) -> tuple[Provider, StubTransport]:  # noqa: B006 - never changed
        """Return the adapter's provider on a stub that gives the recorded answers, or other ones to some requests."""
        settings = SETTINGS.structure({"read_attempts": 1, **self.settings}, self.adapter.Settings)
        stub = StubTransport(Recorded(answers, self.recorded))
        return _on(self.adapter(settings, provider=ACCOUNT), stub), stub

    def outcome(self, operation: str, answers: Answers = {}) -> object:  # noqa: B006 - never changed
        """Call an operation and return what it returned, or the error of ours that it raised."""
        return self._outcome(operation, self.provider(answers)[0])

    def steps(self, operation: str) -> list[Request]:
        """Return the requests of an operation when all goes well."""
        provider, stub = self.provider()
        CALLS[operation](provider, self._samples)
        return stub.requests

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of each fact."""
        cases: dict[str, Callable[[], Sequence[object]]] = {
            "able": lambda: self._operations(able=True),
            "unable": lambda: self._operations(able=False),
            "refusal": lambda: [*self.refusals],
            "refused_with": lambda: [*REFUSALS],
            "failed_with": lambda: FAILURES,
            "word": lambda: [*self.statuses],
            "paged": lambda: [*self.endless],
            "filtered": lambda: [*self.filtered],
            "webhook": lambda: [*self.webhooks],
        }
        for name, values in cases.items():  # in one order, so that workers collect the same tests
            if name in metafunc.fixturenames:
                metafunc.parametrize(name, values(), ids=str)

    def _operations(self, *, able: bool) -> list[str]:
        """Return the operations that the adapter has, or those that it has not."""
        capable = self.provider()[0].capabilities  # what these settings rule out is not there
        has = {Level.NATIVE, Level.COMPOSED}
        return [name for name, level in capable.items() if name in CALLS and (level in has) is able]

    @property
    def _samples(self) -> Samples:
        return Samples(**{name: getattr(self, name) for name in attrs.fields_dict(Samples)})

    @property
    def _secrets(self) -> list[str]:
        secrets = [str(self.settings[name]) for name in self.secrets]
        assert secrets, "name the settings that are secret"
        assert all(len(secret) >= 8 for secret in secrets), "a secret has 8 characters or more"
        return secrets

    def _on(self, stub: StubTransport) -> Provider:
        return _on(self.provider()[0].adapter, stub)

    def _outcome(self, operation: str, provider: Provider, samples: Samples | None = None) -> object:
        call: Callable[[Provider, Samples], object] = CALLS[operation]
        try:
            return call(provider, samples or self._samples)
        except SmsgateError as error:
            return error

    def _all_answered(self, operation: str, said: Answer | ProviderError) -> object:
        return self._outcome(operation, self._on(StubTransport(lambda _: said)))

    def _until_sent(self, operation: str) -> list[Request]:
        """Return the requests of an operation up to the one that sends."""
        steps = self.steps(operation)
        return steps[: [step.effect.sends for step in steps].index(True) + 1]

    def _recorded(self, step: Request) -> Answer:
        said = Recorded(self.recorded)(step)
        assert isinstance(said, Answer)
        return said

    @staticmethod
    def _of_a_failure(step: Request) -> type[ProviderError]:
        return UnknownOutcomeError if step.effect.sends else NotSentError


def _on(adapter: Adapter[Settings], stub: StubTransport) -> Provider:
    """Return a provider that does not wait before it repeats a request."""
    provider = Provider(ACCOUNT, adapter, stub, pace_store=Unpaced())
    provider.core.engine = Unwaiting()
    return provider
