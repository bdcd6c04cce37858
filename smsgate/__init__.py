"""Send text messages through any vendor, and never text a person twice by accident.

The way of a message: `gateway`, `sending` (prepares it, records it, submits it), `routing` (which provider is asked),
`provider` (one account at one vendor), `adapter` (the vendor's words), `transport` (the request; `transport.http` has
the socket). The way of an event: `webhooks` or `receiving` (polling), then `journal`, then the application.
The values of both are in `model`; `config` reads settings; `resources` has a vendor's contacts, groups, templates and
messages. `text` stands alone: names of this package are imported when they are first used, so that it loads without
requests.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from smsgate._version import __version__

if TYPE_CHECKING:
    from smsgate import text
    from smsgate.adapter.abilities import (
        AnalysesRemotely,
        ChoosesSender,
        DeletesGroups,
        DeletesMessages,
        Doubt,
        FindsContacts,
        KeepsContacts,
        KeepsGroups,
        KeepsTemplates,
        LimitsValidity,
        ListsGroupMembers,
        ListsMessages,
        ListsReplies,
        MarksMessages,
        Matches,
        OptsOut,
        ReadsMessages,
        ReadsWebhooks,
        Reconciles,
        SendsBulk,
        SendsLater,
        TellsBalance,
        TellsManyStatuses,
        TellsStatus,
    )
    from smsgate.adapter.adapter import Accepted, Adapter, Converse
    from smsgate.adapter.authorization import Authorization
    from smsgate.adapter.capabilities import Level, capabilities, composed
    from smsgate.adapter.credentials import AuthorisesByCode, RenewsCredentials
    from smsgate.adapter.driver import Conversation
    from smsgate.adapter.fields import (
        Amount,
        Count,
        Flag,
        Id,
        Moment,
        OptionalId,
        OptionalText,
        OptionalWord,
        Raw,
        Reader,
        Spare,
        Word,
        named,
        read_moment,
    )
    from smsgate.adapter.listed_statuses import listed_statuses
    from smsgate.adapter.page_search import read_pages
    from smsgate.adapter.request import Answer, Effect, Request, given
    from smsgate.adapter.settings import Settings, fits_header, one_of
    from smsgate.adapter.status_table import StatusTable
    from smsgate.adapter.token import Token, TokenStore
    from smsgate.adapter.vendor_text import refusal_kind, searchable, tells_no_credit
    from smsgate.adapter.webhook import WebhookCall, WebhookReading
    from smsgate.config import Config
    from smsgate.config.webhooks import WebhookSettings
    from smsgate.gateway import Gateway
    from smsgate.journal import (
        Asked,
        Delivery,
        Entry,
        Journal,
        JournalSettings,
        KeepText,
        OptOutRecord,
        SqliteJournal,
        State,
    )
    from smsgate.model.balance import Balance
    from smsgate.model.contact import Contact, ContactFields, Group, Template
    from smsgate.model.errors import (
        AuthenticationError,
        ConfigError,
        ConflictError,
        InsufficientCreditError,
        InvalidMessageError,
        InvalidRecipientError,
        InvalidSenderError,
        JournalError,
        MalformedAnswerError,
        NotFoundError,
        NotSentError,
        OptedOutError,
        PermissionDeniedError,
        ProviderError,
        RateLimitedError,
        RejectedError,
        Scope,
        SmsgateError,
        UnknownOutcomeError,
        UnreachableError,
        UnsupportedError,
        WebhookError,
    )
    from smsgate.model.event import DeliveryReport, Event, OptIn, OptOut, Reply, VendorEvent
    from smsgate.model.message import Message
    from smsgate.model.numbers import number_or_text, read_number
    from smsgate.model.outcome import Outcome
    from smsgate.model.page import Listing, Page, read_each, walk
    from smsgate.model.price import Price, PriceList
    from smsgate.model.result import Attempt, SendResult
    from smsgate.model.source import Source
    from smsgate.model.status import Status
    from smsgate.model.stored import Direction, MessageFilter, RemoteAnalysis, StoredMessage
    from smsgate.provider import Provider
    from smsgate.receiving.deliveries import Deliveries
    from smsgate.receiving.incoming import Incoming
    from smsgate.receiving.opt_out_words import OptOutWords
    from smsgate.receiving.opt_outs import OptOuts
    from smsgate.routing.breaker import BreakerSettings, BreakerState
    from smsgate.routing.limits import Limits
    from smsgate.routing.order import Candidate, Order
    from smsgate.routing.plan import Plan, Step
    from smsgate.routing.route import OnUnknown, Route
    from smsgate.runtime.fork import ForkAware, notice_forks
    from smsgate.sending.bulk import BulkResults
    from smsgate.sending.unknowns import Unknowns
    from smsgate.transport.pacing import FilePaceStore, MemoryPaceStore, PaceStore
    from smsgate.transport.telemetry import Observer, RequestEvent
    from smsgate.transport.tokens import FileTokenStore, MemoryTokenStore

__all__ = [
    "Accepted",
    "Adapter",
    "Amount",
    "AnalysesRemotely",
    "Answer",
    "Asked",
    "Attempt",
    "AuthenticationError",
    "AuthorisesByCode",
    "Authorization",
    "Balance",
    "BreakerSettings",
    "BreakerState",
    "BulkResults",
    "Candidate",
    "ChoosesSender",
    "Config",
    "ConfigError",
    "ConflictError",
    "Contact",
    "ContactFields",
    "Conversation",
    "Converse",
    "Count",
    "DeletesGroups",
    "DeletesMessages",
    "Deliveries",
    "Delivery",
    "DeliveryReport",
    "Direction",
    "Doubt",
    "Effect",
    "Entry",
    "Event",
    "FilePaceStore",
    "FileTokenStore",
    "FindsContacts",
    "Flag",
    "ForkAware",
    "Gateway",
    "Group",
    "Id",
    "Incoming",
    "InsufficientCreditError",
    "InvalidMessageError",
    "InvalidRecipientError",
    "InvalidSenderError",
    "Journal",
    "JournalError",
    "JournalSettings",
    "KeepText",
    "KeepsContacts",
    "KeepsGroups",
    "KeepsTemplates",
    "Level",
    "Limits",
    "LimitsValidity",
    "Listing",
    "ListsGroupMembers",
    "ListsMessages",
    "ListsReplies",
    "MalformedAnswerError",
    "MarksMessages",
    "Matches",
    "MemoryPaceStore",
    "MemoryTokenStore",
    "Message",
    "MessageFilter",
    "Moment",
    "NotFoundError",
    "NotSentError",
    "Observer",
    "OnUnknown",
    "OptIn",
    "OptOut",
    "OptOutRecord",
    "OptOutWords",
    "OptOuts",
    "OptedOutError",
    "OptionalId",
    "OptionalText",
    "OptionalWord",
    "OptsOut",
    "Order",
    "Outcome",
    "PaceStore",
    "Page",
    "PermissionDeniedError",
    "Plan",
    "Price",
    "PriceList",
    "Provider",
    "ProviderError",
    "RateLimitedError",
    "Raw",
    "Reader",
    "ReadsMessages",
    "ReadsWebhooks",
    "Reconciles",
    "RejectedError",
    "RemoteAnalysis",
    "RenewsCredentials",
    "Reply",
    "Request",
    "RequestEvent",
    "Route",
    "Scope",
    "SendResult",
    "SendsBulk",
    "SendsLater",
    "Settings",
    "SmsgateError",
    "Source",
    "Spare",
    "SqliteJournal",
    "State",
    "Status",
    "StatusTable",
    "Step",
    "StoredMessage",
    "TellsBalance",
    "TellsManyStatuses",
    "TellsStatus",
    "Template",
    "Token",
    "TokenStore",
    "UnknownOutcomeError",
    "Unknowns",
    "UnreachableError",
    "UnsupportedError",
    "VendorEvent",
    "WebhookCall",
    "WebhookError",
    "WebhookReading",
    "WebhookSettings",
    "Word",
    "__version__",
    "capabilities",
    "composed",
    "fits_header",
    "given",
    "listed_statuses",
    "named",
    "notice_forks",
    "number_or_text",
    "one_of",
    "read_each",
    "read_moment",
    "read_number",
    "read_pages",
    "refusal_kind",
    "searchable",
    "tells_no_credit",
    "text",
    "walk",
]

_MODULES = (
    "model.errors",
    "runtime.fork",
    "model.numbers",
    "adapter.request",
    "adapter.driver",
    "adapter.fields",
    "adapter.page_search",
    "adapter.status_table",
    "model.message",
    "model.outcome",
    "model.status",
    "model.result",
    "model.event",
    "model.source",
    "adapter.webhook",
    "model.balance",
    "adapter.settings",
    "model.contact",
    "model.stored",
    "model.page",
    "transport.tokens",
    "adapter.token",
    "adapter.authorization",
    "adapter.credentials",
    "adapter.adapter",
    "adapter.abilities",
    "adapter.listed_statuses",
    "adapter.capabilities",
    "journal",
    "model.entry",
    "transport.telemetry",
    "config",
    "transport.pacing",
    "provider",
    "model.price",
    "routing.route",
    "routing.limits",
    "routing.order",
    "routing.breaker",
    "routing.plan",
    "sending.unknowns",
    "sending.bulk",
    "adapter.vendor_text",
    "receiving.opt_out_words",
    "config.webhooks",
    "receiving.incoming",
    "receiving.deliveries",
    "receiving.opt_outs",
    "gateway",
)


if not TYPE_CHECKING:  # or a type checker would take any name for granted, misspelt ones too

    def __getattr__(name: str) -> object:
        """Import a public name from the module that has it, the first time it is asked for (PEP 562)."""
        if name == "text":
            return import_module("smsgate.text")
        if name in __all__:
            for module in map(import_module, (f"smsgate.{module}" for module in _MODULES)):
                if name in module.__all__:
                    globals()[name] = value = getattr(module, name)
                    return value
        raise AttributeError(f"module 'smsgate' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
