"""What a vendor tells the application unasked: a delivery report, a reply, an event."""

from collections.abc import Callable
from datetime import datetime

from attrs import frozen


@frozen(kw_only=True)
class Letter:
    """What is POSTed: parameters for the end of the address, or a body with its type."""

    query: str = ""
    body: str = ""
    content_type: str | None = None


@frozen(kw_only=True)
class Notice:
    """Something to tell at the moment `due` (UTC); `write` puts it on paper, in one of the vendor's styles.

    It is written when it is told, each copy apart, for some vendors put the time or a nonce on each.
    `overtakes` says that it may arrive before the answer to the request that caused it.
    """

    kind: str
    due: datetime
    write: Callable[[str], Letter]
    message_id: str | None = None
    overtakes: bool = False
