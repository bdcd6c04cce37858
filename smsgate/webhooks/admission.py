"""Who may call: a caller that knows the secret of a provider, from an address that is allowed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from hashlib import blake2b
from hmac import compare_digest

from attrs import field, frozen

from smsgate.adapter.abilities.delivery import ReadsWebhooks
from smsgate.adapter.webhook import WebhookCall
from smsgate.config.webhooks import WebhookSettings
from smsgate.gateway import AsyncGateway
from smsgate.model.errors import ConfigError, WebhookError
from smsgate.model.spelling import did_you_mean
from smsgate.model.submission import Submission
from smsgate.provider import AsyncProvider
from smsgate.webhooks.answer import WebhookAnswer
from smsgate.webhooks.request import Address, WebhookRequest

__all__ = ["Admission", "Admitted", "callers", "refused"]

logger = logging.getLogger("smsgate.webhooks")

LONGEST_PEER = 80
"""Characters of a caller's address in a log line."""


@frozen
class Admitted:
    """A request with the right secret, whose body may be read."""

    provider: AsyncProvider
    request: WebhookRequest
    address: Address
    url: str | None = field(repr=False)
    """As the vendor called it, if that is known."""

    def call(self, body: bytes) -> WebhookCall:
        """Return what an adapter reads, without the secret but in the URL."""
        query = self.request.query_without_secret()
        return WebhookCall(
            method=self.request.method, url=self.url, query=query, headers=self.request.headers, body=body
        )

    @property
    def submission(self) -> str | None:
        """The id of the submission whose address it is."""
        return self.address.submission

    def is_check(self, body: bytes) -> bool:
        """Whether it says nothing: a vendor, or a person, looks whether the address is right."""
        query = self.request.query_without_secret()
        return self.request.method in {"GET", "HEAD"} and not query.strip("&") and not body.strip()


class Admission:
    """Compares secrets: all of them for every request, so that the time of an answer says nothing."""

    def __init__(self, settings: WebhookSettings, gateway: AsyncGateway) -> None:
        """Make it for the providers of a gateway; raise `ConfigError` for one without a secret or a name of none."""
        self._settings = settings
        self.callers = callers(gateway)
        for name in settings.secrets:
            if name not in self.callers:
                there = ", ".join(self.callers)
                meant = did_you_mean(name, self.callers)
                raise ConfigError(f"webhooks.secrets: no provider {name!r} has webhooks (there are: {there}){meant}")
        for name in self.callers:
            settings.path(name)
        self._secrets = [(name, _digest(secret)) for name in self.callers for secret in settings.secrets_of(name)]

    def admit(self, request: WebhookRequest) -> Admitted | WebhookAnswer:
        """Judge a request by all but its body."""
        if request.method not in {"GET", "HEAD", "POST"}:
            return _turned_away(request, 405, "its method is not POST, GET or HEAD")
        if not self._settings.allows(request.peer, request.header("x-forwarded-for")):
            return _turned_away(request, 403, "its address is not in [webhooks] allow")
        admitted = [address for address in request.addresses() if self._is_right(address)]
        if not admitted:
            return _turned_away(request, 404, "its URL has no provider's secret")
        [address, *_] = admitted
        url = self._settings.public_url and f"{self._settings.public_url}{request.called(address)}"
        found = Admitted(self.callers[address.provider], request, address, url)
        return found if _is_sound(found.submission) else refused(found.provider, WebhookError(_NO_ID))

    def _is_right(self, address: Address) -> bool:
        given = _digest(address.secret)
        right = [compare_digest(given, secret) & (name == address.provider) for name, secret in self._secrets]
        return any(right)


_NO_ID = "the address goes on behind the secret with what is not the id of a submission (a-z and 0-9, at most 20)"


def _is_sound(submission: str | None) -> bool:
    try:
        return submission is None or bool(Submission(submission))
    except ValueError:
        return False


def callers(gateway: AsyncGateway) -> Mapping[str, AsyncProvider]:
    """Return the providers that call a webhook, by name; raise `ConfigError` if none does."""
    found = {one.name: one for one in gateway.providers if one.can(ReadsWebhooks)}
    if not found:
        there = ", ".join(one.name for one in gateway.providers)
        raise ConfigError(f"no provider here has webhooks (there are: {there}); poll them with: smsgate poll")
    return found


def _digest(secret: str) -> bytes:
    """Return what is compared: of one length, whatever was given."""
    return blake2b(secret.encode(errors="replace")).digest()


def _turned_away(request: WebhookRequest, status: int, reason: str) -> WebhookAnswer:
    """Answer a request, and log why without any part of its URL: a secret that is nearly right is one, too."""
    logger.info("a call from %.*r was answered %d: %s", LONGEST_PEER, request.peer, status, reason)
    return WebhookAnswer(status)


def refused(provider: AsyncProvider, error: WebhookError) -> WebhookAnswer:
    """Log why a call is refused, and return its answer."""
    answer = WebhookAnswer(max(400, error.status))  # an error is never answered as a success
    logger.warning("a call for %s was answered %d: %.200s", provider.name, answer.status, error)
    return answer
