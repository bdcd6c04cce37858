"""Every error of smsgate, sorted by what the caller may do next.

::

    SmsgateError
    ├── ConfigError              fix the settings
    ├── RefusedError             no text is out, and the same message would be refused again
    │   ├── InvalidMessageError  refused here, before any request: number, text, length, price, no route
    │   │   ├── BudgetExceededError  a budget has no room; says when there is
    │   │   ├── PlanError        a plan would not be sent as it was shown; make a new one
    │   │   │   ├── PlanExpiredError
    │   │   │   └── PlanChangedError
    │   │   ├── PumpingError     a guard against SMS pumping refuses it; says which rule
    │   │   └── QuietHoursError      it is night where the message would arrive; says when it is not
    │   ├── RejectedError        the vendor said no to this message; a ProviderError
    │   └── ConflictError        it exists already, or with other content; a ProviderError
    ├── UnsupportedError         this provider has no such operation
    ├── JournalError             the journal cannot be read or written; no message is sent without it
    ├── WebhookError             a call to our webhook receiver was refused; nothing in it was believed
    └── ProviderError            from a vendor; knows provider, code, scope and retry_after, never a secret
        ├── NotSentError         certain: no text is out; try again or elsewhere
        │   ├── UnreachableError     DNS, connection refused, connect time-out, TLS
        │   ├── RateLimitedError     429, or our own pacing
        │   ├── AuthenticationError  the credentials were refused
        │   ├── PermissionDeniedError  known, but not allowed to do this
        │   └── InsufficientCreditError
        ├── RejectedError
        │   ├── InvalidRecipientError
        │   ├── OptedOutError
        │   └── InvalidSenderError
        ├── UnknownOutcomeError  the message may have been sent: check before you retry
        ├── NotFoundError        nothing has this id
        ├── ConflictError
        └── MalformedAnswerError the vendor's answer could not be understood

A send that ends REJECTED raises a `RefusedError`, and no other send does.
Each class says how a send ends with it (`outcome`) and whether the next provider of the route is asked (`fails_over`).
`InvalidMessageError` and `NotSentError` lead to the next provider. A `RejectedError` does so where its scope is the
account or the provider. After an `UnknownOutcomeError` the route's `on_unknown` decides. Every other error ends the
message.
"""

from smsgate.model.errors.base import RefusedError, SmsgateError
from smsgate.model.errors.local import (
    BudgetExceededError,
    ConfigError,
    InvalidMessageError,
    JournalError,
    PlanChangedError,
    PlanError,
    PlanExpiredError,
    PumpingError,
    QuietHoursError,
    UnsupportedError,
    WebhookError,
)
from smsgate.model.errors.provider import (
    AuthenticationError,
    ConflictError,
    InsufficientCreditError,
    InvalidRecipientError,
    InvalidSenderError,
    MalformedAnswerError,
    NotFoundError,
    NotSentError,
    OptedOutError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Scope,
    UnknownOutcomeError,
    UnreachableError,
)

__all__ = [
    "AuthenticationError",
    "BudgetExceededError",
    "ConfigError",
    "ConflictError",
    "InsufficientCreditError",
    "InvalidMessageError",
    "InvalidRecipientError",
    "InvalidSenderError",
    "JournalError",
    "MalformedAnswerError",
    "NotFoundError",
    "NotSentError",
    "OptedOutError",
    "PermissionDeniedError",
    "PlanChangedError",
    "PlanError",
    "PlanExpiredError",
    "ProviderError",
    "PumpingError",
    "QuietHoursError",
    "RateLimitedError",
    "RefusedError",
    "RejectedError",
    "Scope",
    "SmsgateError",
    "UnknownOutcomeError",
    "UnreachableError",
    "UnsupportedError",
    "WebhookError",
]
