"""What a vendor sends to an application's URL: a delivery report, a reply, an event."""

from collections.abc import Callable, Mapping
from datetime import datetime

from attrs import field, frozen


@frozen(kw_only=True)
class Payload:
    """What is POSTed: parameters for the end of the URL, or a body with its type.

    `sign` returns the headers of a call to a URL, such as the signature of a vendor that signs the URL too.
    """

    query: str = ""
    body: str = ""
    content_type: str | None = None
    sign: Callable[[str], Mapping[str, str]] | None = field(default=None, repr=False)


@frozen(kw_only=True)
class Notification:
    """Something to send at the moment `due` (UTC); `write` returns its payload in one of the vendor's styles.

    It is written when it is sent, each copy apart, because some vendors put the time or a nonce on each; None says that
    there is nothing to send any more. `overtakes` says that it may arrive before the answer to the request that caused
    it. `url` is where it goes, at vendors that are given an address with each message; else to that of its kind.
    """

    kind: str
    due: datetime
    write: Callable[[str], Payload | None]
    message_id: str | None = None
    overtakes: bool = False
    url: str | None = field(default=None, repr=False)  # it may have a secret in it
