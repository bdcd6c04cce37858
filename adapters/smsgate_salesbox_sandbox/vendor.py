"""The sandbox vendor Salesbox."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from aiohttp import web

from smsgate.sandbox import Clock, DeliveryOutcome, Network, Throttle, Vendor, read
from smsgate_salesbox_sandbox import answers, campaigns, contacts, routes, text_messages
from smsgate_salesbox_sandbox.account import Account
from smsgate_salesbox_sandbox.routes import TOKEN, Service
from smsgate_salesbox_sandbox.saved_account import SavedAccount
from smsgate_salesbox_sandbox.variants import Variants

_ROUTES = (*text_messages.ROUTES, *contacts.ROUTES, *campaigns.ROUTES)


class Salesbox(Vendor):
    """Speak Salesbox's documented API.

    `variants` fills the gaps of its documents. `limit` requests pass in each `window`; None: all.
    After a text was sent it shows as a draft for `settling`, then as queued and sent, and delivered (or failed)
    after `delivery`.
    """

    name = "salesbox"
    base_path = "/api"
    send_path = "text-messages/*/send"
    id_fields = frozenset({"id"})

    def __init__(
        self,
        variants: Variants | None = None,
        *,
        limit: int | None = 1_000,
        window: timedelta = timedelta(hours=1),
        delivery: timedelta = timedelta(milliseconds=200),
        settling: timedelta = timedelta(),
    ) -> None:
        self._variants = variants or Variants()
        self._limit = limit
        self._window = window
        self._delivery = delivery
        self._settling = settling
        self._service: Service

    @property
    def credentials(self) -> Mapping[str, str]:
        """Return the account's API token."""
        return {"token": TOKEN}

    def reset(self, network: Network, clock: Clock) -> None:
        """Begin with an empty account."""
        self._service = Service(
            account=Account(network, clock, delivery=self._delivery, settling=self._settling),
            throttle=Throttle(self._limit, self._window, block=timedelta()),
            variants=self._variants,
        )

    def application(self) -> web.Application:
        """Return the application of all endpoints."""
        return routes.application(self.base_path, _ROUTES, lambda: self._service)

    async def recipients(self, request: web.Request) -> Iterable[str]:
        """Return the number that a request to `text-messages/..` would text."""
        return await text_messages.recipients(request, self.path(request), self._service.account)

    def failure(self, request: web.Request, status: int, reason: str) -> web.Response:
        """Return the vendor's error body."""
        del request
        return answers.refused(self._service.variants, answers.Refusal(status, reason))

    def state(self, message_id: str) -> str | None:
        """Return the status of a text."""
        account = self._service.account
        message = account.message(message_id)
        return account.status(message, self._variants.scheduled) if message is not None else None

    def end(self, message_id: str, outcome: DeliveryOutcome) -> None:
        """End the delivery of a text; the vendor has no webhooks."""
        self._service.account.end(message_id, outcome)

    def saved(self) -> object:
        """Return the account, and the counters."""
        service = self._service
        return {**service.account.saved(), "requests": service.requests, "blocked": service.throttle.blocked}

    def restore(self, account: object, at: datetime) -> None:
        """Continue with an account."""
        del at  # the vendor reports nothing
        kept = read(account, SavedAccount)
        self._service.requests, self._service.throttle.blocked = kept.requests, kept.blocked
        self._service.account.restore(kept)

    def members(self, group_id: str) -> frozenset[str]:
        """Return the ids of the contacts of a campaign."""
        return frozenset(map(str, self._service.account.campaigns[int(group_id)].members))

    @property
    def counts(self) -> Mapping[str, int]:
        """Return the counters."""
        return {"requests": self._service.requests, "blocked": self._service.throttle.blocked}
