"""Send text messages through any vendor, and never text a person twice by accident.

The files in the order a message travels: `message`, `gateway`, `provider`, `adapter` (with `conversation` and
`exchange`), `http`, `result`; beside them `errors`, `config` and `registry`, `event` and `account`. `smsgate.text`
stands alone: names of this package are imported when they are first used, so that it loads without requests.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from smsgate._version import __version__

if TYPE_CHECKING:
    from smsgate import text
    from smsgate.ability import (
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
    from smsgate.account import Balance
    from smsgate.adapter import Accepted, Adapter, Converse
    from smsgate.authorization import Authorization
    from smsgate.bulk import BulkResults
    from smsgate.capability import Level, capabilities, composed
    from smsgate.config import Config
    from smsgate.contact import Contact, ContactFields, Group, Template
    from smsgate.conversation import Conversation
    from smsgate.credentials import AuthorisesByCode, RenewsCredentials
    from smsgate.deliveries import Deliveries
    from smsgate.errors import (
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
    from smsgate.event import DeliveryReport, Event, OptIn, OptOut, Reply, Source, VendorEvent
    from smsgate.exchange import Answer, Effect, Request
    from smsgate.fork import ForkAware, notice_forks
    from smsgate.gateway import Gateway
    from smsgate.incoming import Incoming
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
    from smsgate.listed import listed_statuses
    from smsgate.message import Message
    from smsgate.numbers import read_number
    from smsgate.observer import Observer, RequestEvent
    from smsgate.opt_out_words import OptOutWords
    from smsgate.opt_outs import OptOuts
    from smsgate.pacing import FilePaceStore, MemoryPaceStore, PaceStore
    from smsgate.page import Listing, Page, read_each, walk
    from smsgate.pricing import Price, PriceList
    from smsgate.provider import Provider
    from smsgate.result import Attempt, Outcome, SendResult, Status
    from smsgate.routing.breaker import BreakerSettings, BreakerState
    from smsgate.routing.limits import Limits
    from smsgate.routing.order import Candidate, Order
    from smsgate.routing.plan import Plan, Step
    from smsgate.routing.route import OnUnknown, Route
    from smsgate.settings import Settings
    from smsgate.stored import Direction, MessageFilter, RemoteAnalysis, StoredMessage
    from smsgate.tokens import FileTokenStore, MemoryTokenStore, Token, TokenStore
    from smsgate.unknowns import Unknowns
    from smsgate.vendor_text import searchable, tells_no_credit
    from smsgate.webhook_call import WebhookCall, WebhookReading
    from smsgate.webhook_settings import WebhookSettings

__all__ = [
    "Accepted",
    "Adapter",
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
    "ForkAware",
    "Gateway",
    "Group",
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
    "SqliteJournal",
    "State",
    "Status",
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
    "__version__",
    "capabilities",
    "composed",
    "listed_statuses",
    "notice_forks",
    "read_each",
    "read_number",
    "searchable",
    "tells_no_credit",
    "text",
    "walk",
]

_MODULES = (
    "errors",
    "fork",
    "numbers",
    "exchange",
    "conversation",
    "message",
    "result",
    "event",
    "webhook_call",
    "account",
    "settings",
    "contact",
    "stored",
    "page",
    "tokens",
    "authorization",
    "credentials",
    "adapter",
    "ability",
    "listed",
    "capability",
    "journal",
    "observer",
    "config",
    "pacing",
    "provider",
    "pricing",
    "routing.route",
    "routing.limits",
    "routing.order",
    "routing.breaker",
    "routing.plan",
    "unknowns",
    "bulk",
    "vendor_text",
    "opt_out_words",
    "webhook_settings",
    "incoming",
    "deliveries",
    "opt_outs",
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
