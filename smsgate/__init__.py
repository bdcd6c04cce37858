"""Send text messages through any vendor, and never text a person twice by accident.

The way of a message: `blocking` (the interface for threads), `gateway`, `sending` (prepares it, records it, submits
it), `routing` (which provider is asked), `provider` (one account at one vendor), `adapter` (the vendor's words),
`transport` (the request; `transport.http` has the socket). The way of an event: `webhooks` or `receiving` (polling),
then `journal`, then the application. The values of both are in `model`; `config` reads settings; `resources` has a
vendor's contacts, groups, templates and messages; `files` reads text, CSV and JSON; `engine` is what the core waits
with; `runtime` has forks and signals. `doctor`, `sandbox`, `testing` and `cli` use the rest. `text` is independent:
names of this package are imported when they are first used, so that it loads without requests.
"""

from importlib import import_module

from smsgate._version import __version__  # noqa: F401 - public

_NAMES = {
    "blocking.gateway": "Gateway",
    "blocking.provider": "Provider",
    "blocking.bulk": "BulkResults",
    "blocking.records": "Budgets Consents Deliveries Held Incoming JournalRecords OptOuts Unknowns",
    "blocking.runs": "Runner Runs",
    "blocking.face": "Listing",
    "gateway": "AsyncGateway",
    "provider": "AsyncProvider",
    "sending.bulk": "AsyncBulkResults",
    "sending.due": "AsyncHeld",
    "sending.rows": "MessageRow",
    "sending.runs.enqueueing": "Enqueued",
    "sending.runs.runner": "AsyncRunner",
    "sending.runs.runs": "AsyncRuns",
    "guards.budget": "Budget",
    "guards.guards": "Guards",
    "routing.breaker": "BreakerSettings BreakerState",
    "routing.limits": "Limits",
    "routing.order": "Candidate Order",
    "routing.plan": "Plan Step",
    "routing.route": "OnUnknown Route",
    "adapter.abilities.contacts": "FindsContacts KeepsContacts OptsOut",
    "adapter.abilities.delivery": "ListsReplies ReadsWebhooks TellsManyStatuses TellsStatus VerifiesWebhooks",
    "adapter.abilities.groups": "DeletesGroups KeepsGroups ListsGroupMembers",
    "adapter.abilities.messages": "DeletesMessages ListsMessages MarksMessages ReadsMessages",
    "adapter.abilities.opt_outs": "ListsOptOuts",
    "adapter.abilities.reconciliation": "Doubt Matches Reconciles",
    "adapter.abilities.sending": (
        "AnalysesRemotely ChoosesSender LimitsValidity SendsBulk SendsLater SendsMedia TellsBalance"
    ),
    "adapter.abilities.prices": "ListsPrices",
    "adapter.abilities.templates": "KeepsTemplates",
    "adapter.acknowledgement": "Acknowledgement",
    "adapter.adapter": "Accepted Adapter Converse",
    "adapter.authorization": "Authorization",
    "adapter.capabilities": "capabilities",
    "adapter.code_table": "CodeTable",
    "adapter.credentials": "AuthorisesByCode RenewsCredentials",
    "adapter.driver": "Conversation",
    "adapter.extras": "Extras operation",
    "adapter.listed_statuses": "ListsStatuses",
    "adapter.operation": "Level composed",
    "adapter.page_search": "read_pages",
    "adapter.presumption": "Presumption first_messages known_statuses listed_by_id newest_first",
    "adapter.price_list": "PriceList",
    "adapter.price_sheet": "PriceSheet SheetRow",
    "adapter.request": "Answer Effect Request given",
    "adapter.sender_table": "SenderTable",
    "adapter.retry_after": "retry_after",
    "adapter.settings": "Settings fits_header one_of",
    "adapter.status_table": "StatusTable",
    "adapter.store_url": "fits_store shown_store",
    "adapter.token": "Token TokenStore",
    "adapter.vendor_text": "refusal_kind searchable tells_no_credit",
    "adapter.webhook": "WebhookCall WebhookReading WebhookSignature",
    "transport.pacing.file": "FilePaceStore",
    "transport.pacing.redis": "RedisPaceStore",
    "transport.pacing.store": "MemoryPaceStore PaceStore",
    "transport.telemetry": "Observer RequestEvent",
    "transport.tokens.file": "FileTokenStore",
    "transport.tokens.place": "open_token_store",
    "transport.tokens.redis": "RedisTokenStore",
    "transport.tokens.store": "MemoryTokenStore",
    "receiving.opt_out_words": "OptOutWords",
    "receiving.answers": "AnswerTexts",
    "receiving.opt_out_list": "ImportedOptOuts RefusedOptOut",
    "receiving.opt_out_sync": "OptOutCounts SyncedOptOuts",
    "journal.inbox": "OptOutRecord",
    "journal.journal": "Journal",
    "journal.records": "Erased JournalStats KnownMessage Pruned",
    "journal.settings": "JournalSettings KeepText",
    "journal.postgres.journal": "PostgresJournal",
    "journal.sqlite.journal": "SqliteJournal",
    "model.audit": "AuditFinding AuditKind",
    "model.balance": "Balance",
    "model.consent": "Consent RecordedConsent",
    "model.contact": "Contact ContactFields Group Template",
    "model.entry": "Asked Delivery Entry State Try",
    "model.errors": (
        "AuthenticationError BudgetExceededError ConfigError ConflictError InsufficientCreditError "
        "InvalidMessageError InvalidRecipientError InvalidSenderError JournalError MalformedAnswerError NotFoundError "
        "NotSentError OptedOutError PermissionDeniedError PlanChangedError PlanError PlanExpiredError ProviderError "
        "PumpingError QuietHoursError RateLimitedError RefusedError RejectedError Scope SmsgateError "
        "UnknownOutcomeError UnreachableError UnsupportedError WebhookError"
    ),
    "model.event": "DeliveryReport Event OptIn OptOut Reply VendorEvent",
    "model.evidence": "EvidenceItem EvidenceKind",
    "model.history": "FoundBy History HistoryStep JournalMatch StepKind",
    "model.listed_price": "ListedPrice",
    "model.media": "Media",
    "model.message": "Message",
    "model.numbers": "number_or_text read_number",
    "model.on_undelivered": "OnUndelivered",
    "model.opt_out_scope": "OptOutScopes Programme StopScope",
    "model.outcome": "Outcome",
    "model.page": "Page read_each walk",
    "model.price": "Price",
    "model.quote": "Quote QuoteShare",
    "model.rate": "PaceWait",
    "model.refused_row": "GivenMessage RefusedRow",
    "model.reservation": "BudgetCrossing BudgetUse",
    "model.result": "Attempt SendResult",
    "model.run": "LaneStatus RunState RunStatus",
    "model.run_report": "DeliveryTimes Refusal RunGroup RunReport",
    "model.sender": "SenderKind sender_kind",
    "model.source": "Source",
    "model.submission": "Submission bulk_number",
    "model.status": "Status",
    "model.stored": "Direction MessageFilter RemoteAnalysis StoredMessage",
    "model.vendor_opt_out": "VendorOptOut",
    "config.config": "Config",
    "config.webhooks": "WebhookSettings",
    "runtime.bounded_map": "BoundedMap",
    "runtime.fork": "ForkAware notice_forks",
}
"""Each module, in the order of the folders above, with its public names. There is no other list of them.

`__init__.pyi`, which type checkers read, is written from this by `make docs`.
"""

_WHOLE = {"fields": "adapter.fields", "signatures": "adapter.signatures", "text": "text"}
"""Modules that are public themselves: their names would say too little beside the others."""

_MODULES = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = sorted(["__version__", *_WHOLE, *_MODULES])  # noqa: PLE0605 - a list that `sorted` makes


def __getattr__(name: str) -> object:
    """Import a public name from the module that has it, the first time it is used (PEP 562)."""
    if name in _WHOLE:
        value: object = import_module(f"smsgate.{_WHOLE[name]}")
    elif name in _MODULES:
        value = getattr(import_module(f"smsgate.{_MODULES[name]}"), name)
    else:
        raise AttributeError(f"module 'smsgate' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
