# Written by `make docs` from the list in __init__.py.
from smsgate.adapter import fields as fields
from smsgate.adapter import signatures as signatures
from smsgate import text as text
from smsgate._version import __version__ as __version__
__all__: list[str]
from smsgate.adapter.abilities.contacts import (
    FindsContacts as FindsContacts,
    KeepsContacts as KeepsContacts,
    OptsOut as OptsOut,
)
from smsgate.adapter.abilities.delivery import (
    ListsReplies as ListsReplies,
    ReadsWebhooks as ReadsWebhooks,
    TellsManyStatuses as TellsManyStatuses,
    TellsStatus as TellsStatus,
    VerifiesWebhooks as VerifiesWebhooks,
)
from smsgate.adapter.abilities.groups import (
    DeletesGroups as DeletesGroups,
    KeepsGroups as KeepsGroups,
    ListsGroupMembers as ListsGroupMembers,
)
from smsgate.adapter.abilities.messages import (
    DeletesMessages as DeletesMessages,
    ListsMessages as ListsMessages,
    MarksMessages as MarksMessages,
    ReadsMessages as ReadsMessages,
)
from smsgate.adapter.abilities.opt_outs import (
    ListsOptOuts as ListsOptOuts,
)
from smsgate.adapter.abilities.prices import (
    ListsPrices as ListsPrices,
)
from smsgate.adapter.abilities.reconciliation import (
    Doubt as Doubt,
    Matches as Matches,
    Reconciles as Reconciles,
)
from smsgate.adapter.abilities.sending import (
    AnalysesRemotely as AnalysesRemotely,
    ChoosesSender as ChoosesSender,
    LimitsValidity as LimitsValidity,
    SendsBulk as SendsBulk,
    SendsLater as SendsLater,
    SendsMedia as SendsMedia,
    TellsBalance as TellsBalance,
)
from smsgate.adapter.abilities.templates import (
    KeepsTemplates as KeepsTemplates,
)
from smsgate.adapter.acknowledgement import (
    Acknowledgement as Acknowledgement,
)
from smsgate.adapter.adapter import (
    Accepted as Accepted,
    Adapter as Adapter,
    Converse as Converse,
)
from smsgate.adapter.authorization import (
    Authorization as Authorization,
)
from smsgate.adapter.capabilities import (
    capabilities as capabilities,
)
from smsgate.adapter.code_table import (
    CodeTable as CodeTable,
)
from smsgate.adapter.credentials import (
    AuthorisesByCode as AuthorisesByCode,
    RenewsCredentials as RenewsCredentials,
)
from smsgate.adapter.driver import (
    Conversation as Conversation,
)
from smsgate.adapter.extras import (
    Extras as Extras,
    operation as operation,
)
from smsgate.adapter.listed_statuses import (
    ListsStatuses as ListsStatuses,
)
from smsgate.adapter.operation import (
    Level as Level,
    composed as composed,
)
from smsgate.adapter.page_search import (
    read_pages as read_pages,
)
from smsgate.adapter.presumption import (
    Presumption as Presumption,
    first_messages as first_messages,
    known_statuses as known_statuses,
    listed_by_id as listed_by_id,
    newest_first as newest_first,
)
from smsgate.adapter.price_list import (
    PriceList as PriceList,
)
from smsgate.adapter.price_sheet import (
    PriceSheet as PriceSheet,
    SheetRow as SheetRow,
)
from smsgate.adapter.request import (
    Answer as Answer,
    Effect as Effect,
    Request as Request,
    given as given,
)
from smsgate.adapter.retry_after import (
    retry_after as retry_after,
)
from smsgate.adapter.sender_table import (
    SenderTable as SenderTable,
)
from smsgate.adapter.settings import (
    Settings as Settings,
    fits_header as fits_header,
    one_of as one_of,
)
from smsgate.adapter.status_table import (
    StatusTable as StatusTable,
)
from smsgate.adapter.store_url import (
    fits_store as fits_store,
    shown_store as shown_store,
)
from smsgate.adapter.token import (
    Token as Token,
    TokenStore as TokenStore,
)
from smsgate.adapter.vendor_text import (
    refusal_kind as refusal_kind,
    searchable as searchable,
    tells_no_credit as tells_no_credit,
)
from smsgate.adapter.webhook import (
    WebhookCall as WebhookCall,
    WebhookReading as WebhookReading,
    WebhookSignature as WebhookSignature,
)
from smsgate.blocking.bulk import (
    BulkResults as BulkResults,
)
from smsgate.blocking.face import (
    Listing as Listing,
)
from smsgate.blocking.gateway import (
    Gateway as Gateway,
)
from smsgate.blocking.provider import (
    Provider as Provider,
)
from smsgate.blocking.records import (
    Budgets as Budgets,
    Consents as Consents,
    Deliveries as Deliveries,
    Held as Held,
    Incoming as Incoming,
    JournalRecords as JournalRecords,
    OptOuts as OptOuts,
    Unknowns as Unknowns,
)
from smsgate.blocking.runs import (
    Runner as Runner,
    Runs as Runs,
)
from smsgate.config.config import (
    Config as Config,
)
from smsgate.config.webhooks import (
    WebhookSettings as WebhookSettings,
)
from smsgate.gateway import (
    AsyncGateway as AsyncGateway,
)
from smsgate.guards.budget import (
    Budget as Budget,
)
from smsgate.guards.guards import (
    Guards as Guards,
)
from smsgate.journal.inbox import (
    OptOutRecord as OptOutRecord,
)
from smsgate.journal.journal import (
    Journal as Journal,
)
from smsgate.journal.postgres.journal import (
    PostgresJournal as PostgresJournal,
)
from smsgate.journal.records import (
    Erased as Erased,
    JournalStats as JournalStats,
    KnownMessage as KnownMessage,
    Pruned as Pruned,
)
from smsgate.journal.settings import (
    JournalSettings as JournalSettings,
    KeepText as KeepText,
)
from smsgate.journal.sqlite.journal import (
    SqliteJournal as SqliteJournal,
)
from smsgate.model.audit import (
    AuditFinding as AuditFinding,
    AuditKind as AuditKind,
)
from smsgate.model.balance import (
    Balance as Balance,
)
from smsgate.model.consent import (
    Consent as Consent,
    RecordedConsent as RecordedConsent,
)
from smsgate.model.contact import (
    Contact as Contact,
    ContactFields as ContactFields,
    Group as Group,
    Template as Template,
)
from smsgate.model.entry import (
    Asked as Asked,
    Delivery as Delivery,
    Entry as Entry,
    State as State,
    Try as Try,
)
from smsgate.model.errors import (
    AuthenticationError as AuthenticationError,
    BudgetExceededError as BudgetExceededError,
    ConfigError as ConfigError,
    ConflictError as ConflictError,
    InsufficientCreditError as InsufficientCreditError,
    InvalidMessageError as InvalidMessageError,
    InvalidRecipientError as InvalidRecipientError,
    InvalidSenderError as InvalidSenderError,
    JournalError as JournalError,
    MalformedAnswerError as MalformedAnswerError,
    NotFoundError as NotFoundError,
    NotSentError as NotSentError,
    OptedOutError as OptedOutError,
    PermissionDeniedError as PermissionDeniedError,
    PlanChangedError as PlanChangedError,
    PlanError as PlanError,
    PlanExpiredError as PlanExpiredError,
    ProviderError as ProviderError,
    PumpingError as PumpingError,
    QuietHoursError as QuietHoursError,
    RateLimitedError as RateLimitedError,
    RefusedError as RefusedError,
    RejectedError as RejectedError,
    Scope as Scope,
    SmsgateError as SmsgateError,
    UnknownOutcomeError as UnknownOutcomeError,
    UnreachableError as UnreachableError,
    UnsupportedError as UnsupportedError,
    WebhookError as WebhookError,
)
from smsgate.model.event import (
    DeliveryReport as DeliveryReport,
    Event as Event,
    OptIn as OptIn,
    OptOut as OptOut,
    Reply as Reply,
    VendorEvent as VendorEvent,
)
from smsgate.model.evidence import (
    EvidenceItem as EvidenceItem,
    EvidenceKind as EvidenceKind,
)
from smsgate.model.history import (
    FoundBy as FoundBy,
    History as History,
    HistoryStep as HistoryStep,
    JournalMatch as JournalMatch,
    StepKind as StepKind,
)
from smsgate.model.listed_price import (
    ListedPrice as ListedPrice,
)
from smsgate.model.media import (
    Media as Media,
)
from smsgate.model.message import (
    Message as Message,
)
from smsgate.model.numbers import (
    number_or_text as number_or_text,
    read_number as read_number,
)
from smsgate.model.on_undelivered import (
    OnUndelivered as OnUndelivered,
)
from smsgate.model.opt_out_scope import (
    OptOutScopes as OptOutScopes,
    Programme as Programme,
    StopScope as StopScope,
)
from smsgate.model.outcome import (
    Outcome as Outcome,
)
from smsgate.model.page import (
    Page as Page,
    read_each as read_each,
    walk as walk,
)
from smsgate.model.price import (
    Price as Price,
)
from smsgate.model.quote import (
    Quote as Quote,
    QuoteShare as QuoteShare,
)
from smsgate.model.rate import (
    PaceWait as PaceWait,
)
from smsgate.model.refused_row import (
    GivenMessage as GivenMessage,
    RefusedRow as RefusedRow,
)
from smsgate.model.reservation import (
    BudgetCrossing as BudgetCrossing,
    BudgetUse as BudgetUse,
)
from smsgate.model.result import (
    Attempt as Attempt,
    SendResult as SendResult,
)
from smsgate.model.run import (
    LaneStatus as LaneStatus,
    RunState as RunState,
    RunStatus as RunStatus,
)
from smsgate.model.run_report import (
    DeliveryTimes as DeliveryTimes,
    Refusal as Refusal,
    RunGroup as RunGroup,
    RunReport as RunReport,
)
from smsgate.model.sender import (
    SenderKind as SenderKind,
    sender_kind as sender_kind,
)
from smsgate.model.source import (
    Source as Source,
)
from smsgate.model.status import (
    Status as Status,
)
from smsgate.model.stored import (
    Direction as Direction,
    MessageFilter as MessageFilter,
    RemoteAnalysis as RemoteAnalysis,
    StoredMessage as StoredMessage,
)
from smsgate.model.submission import (
    Submission as Submission,
    bulk_number as bulk_number,
)
from smsgate.model.vendor_opt_out import (
    VendorOptOut as VendorOptOut,
)
from smsgate.provider import (
    AsyncProvider as AsyncProvider,
)
from smsgate.receiving.answers import (
    AnswerTexts as AnswerTexts,
)
from smsgate.receiving.opt_out_list import (
    ImportedOptOuts as ImportedOptOuts,
    RefusedOptOut as RefusedOptOut,
)
from smsgate.receiving.opt_out_sync import (
    OptOutCounts as OptOutCounts,
    SyncedOptOuts as SyncedOptOuts,
)
from smsgate.receiving.opt_out_words import (
    OptOutWords as OptOutWords,
)
from smsgate.routing.breaker import (
    BreakerSettings as BreakerSettings,
    BreakerState as BreakerState,
)
from smsgate.routing.limits import (
    Limits as Limits,
)
from smsgate.routing.order import (
    Candidate as Candidate,
    Order as Order,
)
from smsgate.routing.plan import (
    Plan as Plan,
    Step as Step,
)
from smsgate.routing.route import (
    OnUnknown as OnUnknown,
    Route as Route,
)
from smsgate.runtime.bounded_map import (
    BoundedMap as BoundedMap,
)
from smsgate.runtime.fork import (
    ForkAware as ForkAware,
    notice_forks as notice_forks,
)
from smsgate.sending.bulk import (
    AsyncBulkResults as AsyncBulkResults,
)
from smsgate.sending.due import (
    AsyncHeld as AsyncHeld,
)
from smsgate.sending.rows import (
    MessageRow as MessageRow,
)
from smsgate.sending.runs.enqueueing import (
    Enqueued as Enqueued,
)
from smsgate.sending.runs.runner import (
    AsyncRunner as AsyncRunner,
)
from smsgate.sending.runs.runs import (
    AsyncRuns as AsyncRuns,
)
from smsgate.transport.pacing.file import (
    FilePaceStore as FilePaceStore,
)
from smsgate.transport.pacing.redis import (
    RedisPaceStore as RedisPaceStore,
)
from smsgate.transport.pacing.store import (
    MemoryPaceStore as MemoryPaceStore,
    PaceStore as PaceStore,
)
from smsgate.transport.telemetry import (
    Observer as Observer,
    RequestEvent as RequestEvent,
)
from smsgate.transport.tokens.file import (
    FileTokenStore as FileTokenStore,
)
from smsgate.transport.tokens.place import (
    open_token_store as open_token_store,
)
from smsgate.transport.tokens.redis import (
    RedisTokenStore as RedisTokenStore,
)
from smsgate.transport.tokens.store import (
    MemoryTokenStore as MemoryTokenStore,
)
