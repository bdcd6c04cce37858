"""What a vendor plugs into the sandbox: one aiohttp application and a few facts."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from aiohttp import web

from smsgate.sandbox.clock import Clock
from smsgate.sandbox.magic import DeliveryOutcome
from smsgate.sandbox.network import Network
from smsgate.sandbox.notification import Notification


class Vendor(ABC):
    """Speak one vendor's documented protocol.

    Everything but the constructor runs on the sandbox's own thread, so no subclass needs a lock.
    """

    name: ClassVar[str]
    """What a user calls it; its application is mounted at `/<name>`."""

    base_path: ClassVar[str]
    """What follows `/<name>` in the address that a user configures."""

    id_fields: ClassVar[frozenset[str]]
    """The fields of an answer that have ids of messages; `Fault.NO_ID` removes them."""

    send_path: ClassVar[str] = "*"
    """The path after the base URL, as a shell pattern, of the request that sends a text."""

    kinds: ClassVar[tuple[str, ...]] = ()
    """The kinds of notifications that it sends to an application; each kind can have a URL of its own."""

    styles: ClassVar[tuple[str, ...]] = ("json",)
    """The styles in which it can write them, the usual one first."""

    probes: ClassVar[tuple[str, ...]] = ()
    """The methods with which it probes a URL that it was given."""

    retries: Sequence[timedelta] = ()
    """The pauses after which it repeats a call that was not answered with 2xx."""

    absent: bool = False
    """Whether it leaves a field out where it would write null, in its answers and notifications."""

    _listener: Callable[[Notification], None] | None = None

    @property
    @abstractmethod
    def credentials(self) -> Mapping[str, str]:
        """Return the settings that authenticate, as an adapter names them: fixed and fake at first sight."""

    @property
    def account(self) -> Mapping[str, object]:
        """Return the other settings that an adapter needs to use the account, as the adapter names them."""
        return {}

    @abstractmethod
    def reset(self, network: Network, clock: Clock) -> None:
        """Begin with an empty account that sends its texts through `network`."""

    @abstractmethod
    def application(self) -> web.Application:
        """Return a new application that serves the vendor's paths, `base_path` included."""

    @abstractmethod
    async def recipients(self, request: web.Request) -> Iterable[str]:
        """Return the numbers (E.164) that a request would text; none if it would not or cannot be understood."""

    @abstractmethod
    def failure(self, request: web.Request, status: int, reason: str) -> web.Response:
        """Return the vendor's error answer for a status, such as the 404 of an unknown path."""

    def connect(self, listener: Callable[[Notification], None]) -> None:
        """Pass every notification to this function."""
        self._listener = listener

    def notify(self, notification: Notification) -> None:
        """Send the application a notification, if it has given a URL for that."""
        if self._listener is not None:
            self._listener(notification)

    def path(self, request: web.Request) -> str:
        """Return the path after the base URL, with which the patterns of faults are compared."""
        return request.path.removeprefix(f"/{self.name}{self.base_path}/").removesuffix(".json")

    @property
    def counts(self) -> Mapping[str, int]:
        """Return the counters of this vendor, by name."""
        return {}

    @property
    def account_changes(self) -> Mapping[str, Callable[..., Mapping[str, str] | None]]:
        """Return the functions that change the account where the vendor's protocol cannot, by name."""
        return {}

    def state(self, message_id: str) -> str | None:
        """Return where a text is, in the vendor's own word; None if the vendor has no such text."""
        del message_id
        return None

    def end(self, message_id: str, outcome: DeliveryOutcome) -> None:
        """End the delivery of a text now, and send the report on it, whatever had become of it before."""
        del outcome
        raise LookupError(f"{self.name} cannot end the delivery of {message_id!r}")

    def receive(self, sender: str, text: str, *, message_id: str | None = None) -> str:
        """Receive a text from a person, as a reply to a message or unasked; return its id."""
        del sender, text, message_id
        raise LookupError(f"{self.name} has no replies")

    def saved(self) -> object | None:
        """Return what a file keeps of the account: JSON, or attrs records and `Copies`, that no longer change.

        None, the default, keeps nothing: the account begins anew with the sandbox.
        """
        return None

    def restore(self, account: object, at: datetime) -> None:
        """Continue with the account that a file kept, as JSON, at the moment `at` of the sandbox's clock.

        It comes after `reset`. ValueError, in one line, for what is no account of this vendor: the file may be
        anyone's. `read` makes records of it.
        """
        del account, at

    def add_template(self, name: str, text: str) -> str:
        """Add a template, for vendors whose API cannot create one; return its id."""
        del name, text
        raise LookupError(f"{self.name} has no templates")

    def members(self, group_id: str) -> frozenset[str]:
        """Return the ids of the contacts in a group, even if the vendor's API does not list them."""
        del group_id
        raise LookupError(f"{self.name} has no groups")
