"""One account at one vendor, for threads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NoReturn

from smsgate.adapter.adapter import Adapter
from smsgate.adapter.operation import Level
from smsgate.adapter.price_list import PriceList
from smsgate.adapter.settings import Settings
from smsgate.adapter.token import TokenStore
from smsgate.blocking.face import blocking, direct, generating, listing
from smsgate.blocking.resources import Contacts, Groups, Messages, Templates, VendorOptOuts
from smsgate.engine import THREADS, run
from smsgate.provider import AsyncProvider
from smsgate.transport.pacing import PaceStore
from smsgate.transport.telemetry import Observer
from smsgate.transport.transport import BlockingTransport, Unblocked

__all__ = ["Provider"]


class Provider:
    """One account at one vendor, safe to share between threads. `gateway.provider(name)` gives it."""

    def __init__(
        self,
        name: str,
        adapter: Adapter[Settings],
        transport: BlockingTransport,
        *,
        pace_store: PaceStore | None = None,
        token_store: TokenStore | None = None,
    ) -> None:
        """Make a provider of an adapter; the stores replace those that the adapter's settings name."""
        self.core = AsyncProvider(
            name, adapter, Unblocked(transport), THREADS, pace_store=pace_store, token_store=token_store
        )
        self.contacts = Contacts(self.core.contacts)
        self.groups = Groups(self.core.groups)
        self.templates = Templates(self.core.templates)
        self.messages = Messages(self.core.messages)
        self.opt_outs = VendorOptOuts(self.core.opt_outs)

    send = blocking(AsyncProvider.send)
    send_bulk = generating(AsyncProvider.send_bulk)
    reconcile = blocking(AsyncProvider.reconcile)
    listed_prices = generating(AsyncProvider.listed_prices)
    analyse = blocking(AsyncProvider.analyse)
    status = blocking(AsyncProvider.status)
    statuses = blocking(AsyncProvider.statuses)
    replies = listing(AsyncProvider.replies)
    reply_page = blocking(AsyncProvider.reply_page)
    balance = blocking(AsyncProvider.balance)
    converse = blocking(AsyncProvider.converse)
    authorise = blocking(AsyncProvider.authorise)
    renew_credentials = blocking(AsyncProvider.renew_credentials)
    close = blocking(AsyncProvider.close)
    price = direct(AsyncProvider.price)
    check = direct(AsyncProvider.check)
    can = direct(AsyncProvider.can)
    able = direct(AsyncProvider.able)

    @property
    def name(self) -> str:
        """The account's name in the settings."""
        return self.core.name

    @property
    def adapter(self) -> Adapter[Settings]:
        """What translates between smsgate and the vendor."""
        return self.core.adapter

    @property
    def account(self) -> str:
        """Which account at the vendor it is: the adapter's name and a hash, such as "memory:1f0c5e2ab971"."""
        return self.core.account

    @property
    def on_request(self) -> Observer | None:
        """Called with a `RequestEvent` after each request, in the thread that made it."""
        return self.core.on_request

    @on_request.setter
    def on_request(self, observer: Observer | None) -> None:
        self.core.on_request = observer

    @property
    def default_region(self) -> str | None:
        """The country of numbers written without one; a `Gateway` sets its own."""
        return self.core.default_region

    @property
    def blocked_for(self) -> float:
        """Seconds for which the vendor, having said 429, refuses this account's requests; 0 if it accepts them.

        Raises `NotSentError` where the account's rate slots cannot be looked up.
        """
        return run(self.core.blocked_for())

    @property
    def settling(self) -> timedelta:
        """How long after a submission's end "it is not there" counts; `UnsupportedError` if the vendor never tells."""
        return self.core.settling

    @property
    def prices(self) -> PriceList | None:
        """The account's price list, where the settings have one."""
        return self.core.prices

    @property
    def vendor(self) -> object:
        """What this vendor has beside the neutral operations; raises `UnsupportedError` if it has nothing.

        The adapter's page names its class; ``assert isinstance(provider.vendor, ...)`` tells a type checker.
        """
        return self.adapter.extras(self.converse)

    @property
    def capabilities(self) -> Mapping[str, Level | None]:
        """Every operation that smsgate knows, with the level at which this provider has it; None is not at all."""
        return self.core.capabilities

    def __repr__(self) -> str:
        return f"Provider({self.name!r}, adapter={self.adapter.name!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Provider has secrets and connections and cannot be pickled; build one in each process")
