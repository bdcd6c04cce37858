"""The record of one call to the application, and of its answer."""

from datetime import datetime

from attrs import field, frozen

_SUCCESSES = range(200, 300)


@frozen(kw_only=True)
class Call:
    """One request to an application's URL: its `status` if it was answered, else the `error`.

    The error is the name of what went wrong on the connection, or `lost` where the request was never made.
    `attempt` counts from 1; `at` is the sandbox's time (UTC) when the call had ended.
    """

    vendor: str
    kind: str
    message_id: str | None
    method: str
    url: str = field(repr=False)  # it may have a secret in it
    content_type: str | None
    body: str
    attempt: int
    at: datetime
    status: int | None = None
    error: str | None = None

    @property
    def acknowledged(self) -> bool:
        """Say whether the application answered with 2xx."""
        return self.status in _SUCCESSES
