"""The sandbox vendor Salesmsg."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from aiohttp import web

from smsgate.sandbox import Clock, DeliveryOutcome, Network, Throttle, Vendor, read
from smsgate_salesmsg_sandbox import answers, contacts, conversations, messages, oauth, organization, routes, tags
from smsgate_salesmsg_sandbox.account import NUMBER_ID, TEAM_ID, Account
from smsgate_salesmsg_sandbox.account_changes import AccountChanges
from smsgate_salesmsg_sandbox.codes import Codes
from smsgate_salesmsg_sandbox.requests import Place
from smsgate_salesmsg_sandbox.saved_account import SavedAccount
from smsgate_salesmsg_sandbox.service import Service
from smsgate_salesmsg_sandbox.tokens import PERSONAL_TOKEN, Tokens
from smsgate_salesmsg_sandbox.webhooks import EVENT, Webhooks

_ROUTES = (
    *oauth.ROUTES,
    *contacts.ROUTES,
    *conversations.ROUTES,
    *messages.ROUTES,
    *tags.ROUTES,
    *organization.ROUTES,
)

# PRESUMED, except that there are retries: no source says how often or after how long.
_RETRIES = tuple(timedelta(milliseconds=pause) for pause in (100, 300, 900))


class Salesmsg(Vendor):
    """Speak Salesmsg's public API, versions 2.2 and 2.3.

    `limit` requests pass in each `window`, then every request is blocked for `block`; with `rate_headers`
    the 429 says for how long. Access tokens live for `token_life`; an expired personal one can be refreshed until
    `refreshable` after its issue. A text is queued, then sent, and delivered (or failed) after `delivery`.
    `params_in` says where requests that write have their fields: as the version documents it (2.2 a JSON body,
    2.3 the query), or one of the two in both versions. `baa_signed` False refuses health data to OAuth applications.
    `duplicates_as_list` and `surplus_pages` (announced, but empty) are contradictions that were seen.
    `retries` are the pauses after which an event that was not answered with 2xx is sent again.
    """

    name = "salesmsg"
    base_path = "/pub/v2.2"
    send_path = "messages/*"
    id_fields = frozenset({"id"})
    kinds = (EVENT,)
    probes = ("HEAD", "GET")

    def __init__(  # noqa: PLR0913 - what the vendor's documents leave open
        self,
        *,
        limit: int = 60,
        window: timedelta = timedelta(seconds=60),
        block: timedelta = timedelta(seconds=60),
        rate_headers: bool = False,
        token_life: timedelta = timedelta(hours=1),
        refreshable: timedelta = timedelta(days=3),
        delivery: timedelta = timedelta(milliseconds=200),
        params_in: Literal["json", "query"] | None = None,
        baa_signed: bool = True,
        duplicates_as_list: bool = False,
        surplus_pages: int = 0,
        retries: Sequence[timedelta] = _RETRIES,
    ) -> None:
        self.retries = tuple(retries)

        def begin(network: Network, clock: Clock) -> Service:
            account = Account(network, clock, delivery=delivery)
            account.announce = Webhooks(account, self.notify).announce
            return Service(
                account=account,
                tokens=Tokens(clock, life=token_life, refreshable=refreshable),
                codes=Codes(),
                throttle=Throttle(limit, window, block),
                everywhere=Place(params_in) if params_in else None,
                baa_signed=baa_signed,
                rate_headers=rate_headers,
                duplicates_as_list=duplicates_as_list,
                surplus_pages=surplus_pages,
            )

        self._begin = begin
        self._service: Service

    @property
    def credentials(self) -> Mapping[str, str]:
        """Return the personal access token of a new account."""
        return {"token": PERSONAL_TOKEN}

    @property
    def account(self) -> Mapping[str, int]:
        """Return the team and the number from which to text."""
        return {"team_id": TEAM_ID, "number_id": NUMBER_ID}

    def reset(self, network: Network, clock: Clock) -> None:
        """Begin with two teams and three numbers, without contacts, and with counters at 0."""
        self._service = self._begin(network, clock)

    def application(self) -> web.Application:
        """Return the application of all endpoints, and of the page that authorizes applications."""

        async def authorize(request: web.Request) -> web.Response:
            return await oauth.authorize(request, self._service)

        application = routes.application(_ROUTES, lambda: self._service)
        application.router.add_get("/auth/oauth", authorize)
        return application

    def path(self, request: web.Request) -> str:
        """Return the path after the base URL of either version."""
        return request.path.removeprefix(f"/{self.name}/pub/v2.2/").removeprefix(f"/{self.name}/pub/v2.3/")

    async def recipients(self, request: web.Request) -> Iterable[str]:
        """Return the number that a request to `messages/..` would text."""
        return await messages.recipients(request, self.path(request), self._service.account)

    def failure(self, request: web.Request, status: int, reason: str) -> web.Response:
        """Return the vendor's error body."""
        del request
        more = {"auth_required": True} if status == web.HTTPUnauthorized.status_code else {}
        return answers.refusal(status, reason, **more).answer()

    def state(self, message_id: str) -> str | None:
        """Return the status of a message."""
        account = self._service.account
        message = account.message(message_id)
        return message.status(account.now(), account.delivery) if message is not None else None

    def end(self, message_id: str, outcome: DeliveryOutcome) -> None:
        """End the delivery of a text; the vendor has no event for that."""
        self._service.account.end(message_id, outcome)

    def saved(self) -> object:
        """Return the account, with its tokens and counters."""
        return self._service.saved()

    def restore(self, account: object, at: datetime) -> None:
        """Continue with an account."""
        self._service.restore(read(account, SavedAccount), at)

    def receive(self, sender: str, text: str, *, message_id: str | None = None) -> str:
        """Receive a reply; a person who writes STOP is opted out."""
        return str(self._service.account.receive(sender, text, message_id).message_id)

    def members(self, group_id: str) -> frozenset[str]:
        """Return the ids of the contacts that have a tag."""
        tag = self._service.account.tags[int(group_id)]
        return frozenset(str(contact.contact_id) for contact in self._service.account.tagged(tag))

    @property
    def counts(self) -> Mapping[str, int]:
        """Return the counters."""
        service = self._service
        return {
            "requests": service.requests,
            "blocked": service.throttle.blocked,
            "trips": service.throttle.trips,
            "refreshes": service.tokens.refreshes,
            "refused_refreshes": service.tokens.refused_refreshes,
            "exchanges": service.codes.exchanges,
        }

    @property
    def account_changes(self) -> Mapping[str, Callable[..., Mapping[str, str] | None]]:
        """Return the functions that change the account."""
        changes = AccountChanges(self._service)
        return {name: getattr(changes, name) for name in vars(AccountChanges) if not name.startswith("_")}
