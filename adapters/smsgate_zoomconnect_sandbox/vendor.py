"""The sandbox vendor Zoom Connect."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from aiohttp import web

from smsgate.sandbox import Clock, DeliveryOutcome, Network, Vendor
from smsgate_zoomconnect_sandbox import (
    analyse,
    answers,
    contacts,
    credentials,
    groups,
    lookup,
    messages,
    routes,
    sms,
    statistics,
    templates,
    users,
    webhooks,
)
from smsgate_zoomconnect_sandbox.account import Account
from smsgate_zoomconnect_sandbox.numbers import e164
from smsgate_zoomconnect_sandbox.webhooks import Webhooks

_ROUTES = (
    *users.ROUTES,
    *statistics.ROUTES,
    *sms.ROUTES,
    *contacts.ROUTES,
    *groups.ROUTES,
    *messages.ROUTES,
    *analyse.ROUTES,
    *templates.ROUTES,
    *lookup.ROUTES,
)


class ZoomConnect(Vendor):
    """Speak Zoom Connect's REST API.

    `credit` is the credit of a new account; each part of a text costs one. `delivery` is how long a text shows
    as SENT before it is delivered (or fails). With `page_size` the lists that the guide calls paginated
    without saying how (contacts, groups, templates) come in pages joined by links, else whole. `retries` are the
    pauses after which a report or reply that was not answered with 2xx is sent again: none, as no document says so.
    """

    name = "zoomconnect"
    base_path = "/app/api/rest/v1"
    send_path = "sms/send"
    id_fields = frozenset({"messageId"})
    kinds = (webhooks.REPORT, webhooks.REPLY)
    styles = webhooks.STYLES

    def __init__(
        self,
        *,
        credit: float = 1_000_000.0,
        delivery: timedelta = timedelta(milliseconds=200),
        page_size: int | None = None,
        retries: Sequence[timedelta] = (),
    ) -> None:
        self.retries = tuple(retries)
        self._credit = credit
        self._delivery = delivery
        self._page_size = page_size
        self._account: Account

    @property
    def credentials(self) -> Mapping[str, str]:
        """Return the account's e-mail address and API token."""
        return {"email": credentials.EMAIL, "token": credentials.TOKEN}

    def reset(self, network: Network, clock: Clock) -> None:
        """Begin with an account that has credit and two templates."""
        self._account = Account(
            network,
            clock,
            Webhooks(self.notify, clock),
            credit=self._credit,
            delivery=self._delivery,
            page_size=self._page_size,
        )
        self._account.add_template("Welcome", "Welcome to the sandbox.")
        self._account.add_template("Reminder", "Your appointment is tomorrow at 10:00.")

    def application(self) -> web.Application:
        """Return the application of all endpoints."""
        return routes.application(self.base_path, _ROUTES, lambda: self._account)

    async def recipients(self, request: web.Request) -> Iterable[str]:
        """Return the numbers that a request to `sms/..` would text."""
        path = request.path.removeprefix(f"/{self.name}{self.base_path}/")
        if path.startswith("sms/send-url"):
            number = e164(request.query.get("recipientNumber", ""))
            return [number] if number else []
        if path.startswith("sms/") and request.method == "POST":
            return sms.numbers_of(await request.read())
        return []

    def failure(self, request: web.Request, status: int, reason: str) -> web.Response:
        """Return the vendor's error body."""
        return answers.refuse(request, answers.Refusal(status, reason))

    def state(self, message_id: str) -> str | None:
        """Return the status of a text; a reply has none."""
        message = self._account.messages.get(message_id)
        return message.status(self._account.now(), self._account.delivery) if message is not None else None

    def end(self, message_id: str, outcome: DeliveryOutcome) -> None:
        """End the delivery of a text, and report it."""
        self._account.end(message_id, outcome)

    def saved(self) -> object:
        """Return the account."""
        return self._account.saved()

    def restore(self, account: object, at: datetime) -> None:
        """Continue with an account."""
        self._account.restore(account, at)

    def receive(self, sender: str, text: str, *, message_id: str | None = None) -> str:
        """Receive a reply."""
        if message_id is not None and message_id not in self._account.messages:
            raise LookupError(f"no message {message_id!r} to reply to; GET /_sandbox/texts lists those sent")
        return self._account.receive(sender, text, message_id).message_id

    def add_template(self, name: str, text: str) -> str:
        """Add a template."""
        return str(self._account.add_template(name, text).template_id)

    def members(self, group_id: str) -> frozenset[str]:
        """Return the ids of a group's contacts, which the vendor's API does not list."""
        if group_id not in self._account.groups:
            raise LookupError(f"there is no group {group_id!r}")
        return frozenset(self._account.groups[group_id].members)
