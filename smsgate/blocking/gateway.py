"""The interface of an application: it sends messages and gets results; vendors are named in the settings only."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Literal, NoReturn, Self, Unpack, overload

from smsgate import text
from smsgate.blocking.face import blocking, direct, generating
from smsgate.blocking.provider import Provider
from smsgate.blocking.records import Budgets, Consents, Deliveries, Held, Incoming, JournalRecords, OptOuts, Unknowns
from smsgate.blocking.resources import Contacts, Groups, Messages, Templates
from smsgate.blocking.runs import Runs
from smsgate.blocking.sends_many import SendsMany
from smsgate.config import Config
from smsgate.config.gateway_settings import GatewaySettings, settings_of
from smsgate.config.hooks import Hooks
from smsgate.config.opening import OpensOnSettings
from smsgate.config.webhooks import WebhookSettings
from smsgate.engine import run
from smsgate.gateway import AsyncGateway
from smsgate.model.event import OptOut
from smsgate.model.message import Message
from smsgate.model.result import SendResult
from smsgate.model.stored import RemoteAnalysis
from smsgate.routing.plan import Plan
from smsgate.sending.single import send_single
from smsgate.transport.http import HttpTransport

__all__ = ["Gateway"]


class Gateway(OpensOnSettings, SendsMany):
    """Sends messages through the providers of its route, safe to share between threads.

    Close it, or use it in a ``with`` block, to let go of its connections.
    """

    def __init__(self, providers: Sequence[Provider], **settings: Unpack[GatewaySettings]) -> None:
        """Make a gateway on providers.

        `route` is the default one, or only the names of those to ask, in order (default: all); `routes` are those with
        conditions. `deadline` is in seconds, for a whole send, waits included. `resource_providers` names the provider
        of `gateway.contacts`, `groups`, `templates` or `messages`. `breaker` says when a provider that keeps failing is
        not asked for a while.

        Raises `ConfigError`, as where a route names a provider that is not there.
        """
        self.core = AsyncGateway([each.core for each in providers], **settings)
        self._providers = {each.name: each for each in providers}
        self.incoming = Incoming(self.core.incoming)
        """Receives replies and delivery reports."""

    @classmethod
    def from_config(cls, config: Config, **hooks: Unpack[Hooks]) -> Self:
        """Open a gateway on settings that were read before."""
        pace_store, token_stores = hooks.pop("pace_store", None), hooks.pop("token_stores", {})
        config.check_stores(token_stores)
        providers = [
            Provider(
                name,
                account.adapter(account.settings, provider=name),
                HttpTransport(account.settings),
                pace_store=pace_store,
                token_store=token_stores.get(name),
            )
            for name, account in config.accounts.items()
        ]
        return cls(providers, **settings_of(config, hooks))

    message = direct(AsyncGateway.message)
    plan = blocking(AsyncGateway.plan)
    converted = blocking(AsyncGateway.converted)
    status = blocking(AsyncGateway.status)
    poll = generating(AsyncGateway.poll)
    enqueue = blocking(AsyncGateway.enqueue)
    audit = generating(AsyncGateway.audit)
    evidence = generating(AsyncGateway.evidence)
    quote = blocking(AsyncGateway.quote)
    send_due = generating(AsyncGateway.send_due)
    breaker = direct(AsyncGateway.breaker)
    close = blocking(AsyncGateway.close)

    @overload
    def send(
        self,
        message: Message,
        *,
        provider: str | None = None,
        deadline: float | None = None,
        dry_run: bool = False,
        confirms: OptOut | None = None,
    ) -> SendResult: ...

    @overload
    def send(
        self, message: Plan, *, deadline: float | None = None, dry_run: bool = False, confirms: OptOut | None = None
    ) -> SendResult: ...

    def send(
        self,
        message: Message | Plan,
        *,
        provider: str | None = None,
        deadline: float | None = None,
        dry_run: bool = False,
        confirms: OptOut | None = None,
    ) -> SendResult:
        """Submit one message, or one exactly as its plan shows it; return only if a vendor accepted it."""
        sending = send_single(
            self.core.sender, message, provider, deadline=deadline, dry_run=dry_run, confirms=confirms
        )
        return run(sending)

    send.__doc__ = AsyncGateway.send.__doc__  # `help` shows all of it

    @overload
    def analyse(self, message: Message, *, remote: Literal[False] = False) -> text.Analysis: ...

    @overload
    def analyse(self, message: Message, *, remote: Literal[True]) -> RemoteAnalysis: ...

    def analyse(self, message: Message, *, remote: bool = False) -> text.Analysis | RemoteAnalysis:
        """Return encoding, length and segments of a message's text, exactly; makes no request.

        A message with media is one MMS, whatever this says: `plan` and results count it as 1 segment.
        With ``remote=True`` ask the first provider of the route that can tell, in its own words.
        """
        return run(self.core.analyse_remotely(message)) if remote else self.core.analyse(message)

    @property
    def route(self) -> tuple[Provider, ...]:
        """The providers of the default route, in its order."""
        return tuple(self._providers[each.name] for each in self.core.route)

    @property
    def providers(self) -> tuple[Provider, ...]:
        """Every provider of the settings, also those outside the route."""
        return tuple(self._providers.values())

    def provider(self, name: str) -> Provider:
        """Return one provider by its name in the settings; raise `ConfigError` if there is none."""
        return self._providers[self.core.provider(name).name]

    @property
    def contacts(self) -> Contacts:
        """The contacts of the first provider that keeps any, or of the one that the settings name."""
        return self.provider(self.core.provider_for("contacts").name).contacts

    @property
    def groups(self) -> Groups:
        """The groups of the first provider that has any, or of the one that the settings name."""
        return self.provider(self.core.provider_for("groups").name).groups

    @property
    def templates(self) -> Templates:
        """The templates of the first provider that keeps any, or of the one that the settings name."""
        return self.provider(self.core.provider_for("templates").name).templates

    @property
    def messages(self) -> Messages:
        """The messages kept by the first provider that lists them, or by the one that the settings name."""
        return self.provider(self.core.provider_for("messages").name).messages

    @property
    def unknowns(self) -> Unknowns:
        """Messages of the journal that may have been sent: to list, look for, mark, or send again by choice."""
        return Unknowns(self.core.unknowns)

    @property
    def held(self) -> Held:
        """Messages that are kept until their time: to list, or to cancel; `ConfigError` without a journal."""
        return Held(self.core.held)

    @property
    def runs(self) -> Runs:
        """The runs that were enqueued: how far they are; to pause, resume, cancel, or send them."""
        return Runs(self.core.runs)

    @property
    def budgets(self) -> Budgets:
        """How much of the settings' budgets is used: in the journal, or without one in this process."""
        return Budgets(self.core.budgets)

    @property
    def deliveries(self) -> Deliveries:
        """What became of messages, by the reports in the journal; `ConfigError` without a journal."""
        return Deliveries(self.core.deliveries)

    @property
    def journal(self) -> JournalRecords:
        """The journal's records: to search, count, prune, erase, copy and check; `ConfigError` without a journal."""
        return JournalRecords(self.core.journal)

    @property
    def opt_outs(self) -> OptOuts:
        """The journal's list of numbers that must not be texted; `ConfigError` without a journal."""
        return OptOuts(self.core.opt_outs)

    @property
    def consents(self) -> Consents:
        """What people agreed to, as the journal has it; `ConfigError` without a journal."""
        return Consents(self.core.consents)

    @property
    def webhooks(self) -> WebhookSettings | None:
        """Whose calls a webhook receiver takes, where the settings say."""
        return self.core.webhooks

    @property
    def default_region(self) -> str | None:
        """The country of numbers written without one; `message` and the contacts read numbers in it."""
        return self.core.default_region

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Gateway({', '.join(self._providers)})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Gateway has secrets and connections and cannot be pickled; build one in each process")
