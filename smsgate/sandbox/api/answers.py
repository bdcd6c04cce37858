"""What the API answers where it is not a value of the sandbox itself."""

from attrs import frozen

from smsgate.sandbox.callbacks.call import Call
from smsgate.sandbox.faults import OrderedFault
from smsgate.sandbox.network import Text
from smsgate.sandbox.request_log import LoggedRequest


class MissingError(LookupError):
    """There is nothing of this number."""


@frozen(kw_only=True)
class Texts:
    """The texts that were sent, and those that wait for their time."""

    texts: tuple[Text, ...]
    scheduled: tuple[Text, ...]


@frozen(kw_only=True)
class Requests:
    """The requests that vendors got, the newest first."""

    requests: tuple[LoggedRequest, ...]


@frozen(kw_only=True)
class Faults:
    """The faults that were ordered and are not spent, the oldest first."""

    faults: tuple[OrderedFault, ...]


@frozen(kw_only=True)
class Calls:
    """The calls that a vendor has made to the application."""

    calls: tuple[Call, ...]


@frozen(kw_only=True)
class Created:
    """The id of what was created."""

    id: str


@frozen(kw_only=True)
class Error:
    """What was wrong, and how to fix it, in one line."""

    error: str
