"""What a vendor sends to an application's URL: a delivery report, a reply, an event."""

from collections.abc import Callable
from datetime import datetime

from attrs import frozen


@frozen(kw_only=True)
class Payload:
    """What is POSTed: parameters for the end of the URL, or a body with its type."""

    query: str = ""
    body: str = ""
    content_type: str | None = None


@frozen(kw_only=True)
class Notification:
    """Something to send at the moment `due` (UTC); `write` returns its payload in one of the vendor's styles.

    It is written when it is sent, each copy apart, because some vendors put the time or a nonce on each.
    `overtakes` says that it may arrive before the answer to the request that caused it.
    """

    kind: str
    due: datetime
    write: Callable[[str], Payload]
    message_id: str | None = None
    overtakes: bool = False
