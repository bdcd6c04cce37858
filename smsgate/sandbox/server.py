"""The sandbox: vendors on one port, of loopback unless another address is given, usable from any thread."""

import math
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial, wraps
from os import PathLike
from types import MappingProxyType, TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

from smsgate.sandbox.access.access import Access
from smsgate.sandbox.application import Options, application
from smsgate.sandbox.conversations import ConversationText
from smsgate.sandbox.inbox import refuse_reserved
from smsgate.sandbox.inbox.segments.prices import Prices
from smsgate.sandbox.installed import installed_vendors, named_vendors
from smsgate.sandbox.network import Text
from smsgate.sandbox.saving.saving import restore, saved_of, saving
from smsgate.sandbox.saving.state_file import StateFile
from smsgate.sandbox.serving import ServingThread
from smsgate.sandbox.state import State
from smsgate.sandbox.vendor import Vendor
from smsgate.sandbox.waiting import PhoneWatch

_NUMBER = re.compile(r"\+[1-9][0-9]{2,14}")

P = ParamSpec("P")
T = TypeVar("T")


def _from_any_thread(method: Callable[Concatenate[State, P], T]) -> Callable[Concatenate["Sandbox", P], T]:
    """Return a method of the sandbox that does the same in the thread that owns the state."""

    @wraps(method)
    def call(sandbox: "Sandbox", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return sandbox._thread.call(partial(method, sandbox._state, *args, **kwargs))  # noqa: SLF001 - its own

    return call


class Sandbox:
    """Serve the vendors' protocols on loopback, remember every text, and misbehave when asked.

    `port` 0 picks a free one. `vendors` defaults to all that are installed, each with an account of its own.
    They may be given by name.
    `stall` is how long a stalled request stays silent, `drip` the pause between the bytes of a slow answer, `patience`
    how long an application's answer to a call is waited for. All are in seconds, and all are cut short by `close`.
    `absent` names the vendors that leave a field out where they would write null. `hosts` are names
    that a request's Host or Origin may have, and that `call_back` may call, beside localhost and loopback addresses.
    `host` is the address to listen at. With a `token` the pages and `/_sandbox/` ask for it; ValueError for an address
    beyond loopback without one. `prices` has a provider's `PriceList` by its name, for the page that counts segments.
    `state` is a file that keeps texts, accounts and all else over restarts, for one sandbox at a time; `ConfigError` if
    it cannot be used.
    Every method may be called from any thread.
    """

    def __init__(  # noqa: PLR0913 - all by name
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str | None = None,
        vendors: Iterable[Vendor | str] | None = None,
        stall: float = 30.0,
        drip: float = 0.1,
        patience: float = 10.0,
        hosts: Iterable[str] = (),
        absent: Iterable[str] = (),
        state: str | PathLike[str] | None = None,
        prices: Mapping[str, Prices] = MappingProxyType({}),
    ) -> None:
        self._port = port
        self._patience = patience
        self._access = Access(host=host, hosts=hosts, token=token)
        self._options = Options(access=self._access, stall=stall, drip=drip, prices=prices)
        served = installed_vendors() if vendors is None else named_vendors(vendors)
        refuse_reserved(vendor.name for vendor in served)
        self._state = State(served, absent, self._access.hosts)
        self._phones = PhoneWatch(self._state)
        self._thread = ServingThread()
        self._file = None if state is None else StateFile(state)
        self._open_file()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Listen; raise OSError if the port is taken, or the address is not one of this machine."""
        self._open_file()
        serving = self._serving()
        at = (self._access.host, self._port)
        self._thread.start(partial(application, self._state, self._options), at, serving)

    def close(self) -> None:
        """Stop, ending every stalled request and giving up calls; the texts that were sent can still be read.

        The state is written to its file, which another sandbox may use then.
        """
        self._thread.close()
        if self._file is not None and self._file.is_open:
            self._file.save(saved_of(self._state))
            self._file.close()

    def _open_file(self) -> None:
        """Continue with the state that the file has, unless that was done already."""
        if self._file is None or self._file.is_open:
            return
        saved = self._file.open()
        if saved is not None:
            self._state.reset()
            try:
                restore(self._state, saved)
            except (LookupError, ValueError) as error:
                raise self._file.refuse(error) from None
        self._file.begin(saved_of(self._state))

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[None]:
        async with saving(self._state, self._file), self._state.running(self._patience):
            yield

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return self._thread.port

    @property
    def vendors(self) -> tuple[str, ...]:
        """Return the names of the vendors it serves."""
        return tuple(self._state.vendors)

    @property
    def inbox_url(self) -> str:
        """Return the address of its pages, without the token."""
        return f"{self._access.url(self.port)}/"

    def url(self, vendor: str) -> str:
        """Return the `base_url` for a provider's settings."""
        return f"{self._access.url(self.port)}/{vendor}{self._state.vendor(vendor).base_path}"

    def credentials(self, vendor: str) -> Mapping[str, str]:
        """Return the settings that this vendor's sandbox account accepts; fixed and fake."""
        return self._state.vendor(vendor).credentials

    def account(self, vendor: str) -> Mapping[str, object]:
        """Return the other settings that a provider needs to use this vendor's account."""
        return self._state.vendor(vendor).account

    def settings(self) -> Mapping[str, Mapping[str, Mapping[str, object]]]:
        """Return the settings of a gateway that sends through this sandbox: for each vendor a provider of its name."""
        return {"providers": {vendor: self._provider(vendor) for vendor in self.vendors}}

    def _provider(self, vendor: str) -> Mapping[str, object]:
        return {
            "adapter": vendor,
            "base_url": self.url(vendor),
            **self.credentials(vendor),
            **self.account(vendor),
        }

    def send_path(self, vendor: str) -> str:
        """Return the `path` of the request that sends a text, for `misbehave`."""
        return self._state.vendor(vendor).send_path

    def kinds(self, vendor: str) -> tuple[str, ...]:
        """Return the kinds of what this vendor sends to an application; none where it has no webhooks."""
        return self._state.vendor(vendor).kinds

    def styles(self, vendor: str) -> tuple[str, ...]:
        """Return the styles in which this vendor may write to an application, the usual one first."""
        return self._state.vendor(vendor).styles

    @property
    def texts(self) -> tuple[Text, ...]:
        """Return every text that was really sent, in order, whatever the vendor answered."""
        return self._thread.call(self._state.network.sent)

    @property
    def scheduled(self) -> tuple[Text, ...]:
        """Return the texts that wait for their time, the earliest first."""
        return self._thread.call(self._state.network.scheduled)

    @property
    def in_progress(self) -> int:
        """Return how many requests to vendors have begun and not ended, as stalled ones, whether or not one waits."""
        return self._thread.call(lambda: self._state.requests.in_progress)

    def wait_for_text(self, to: str, within: float = 5.0, vendor: str | None = None) -> ConversationText:
        """Return the next text to a phone (E.164), which may have come already; TimeoutError after `within` seconds.

        Each call returns the first text after the one that was returned last for that phone; with `vendor` other
        vendors' texts are passed over. LookupError if there is no such vendor, ValueError for what is no number.
        Not from the sandbox's own thread, in which `watch` calls.
        """
        if _NUMBER.fullmatch(to) is None:
            raise ValueError(f"to must be a number in E.164, such as +27821234567, got {to!r}")
        if not 0 <= within < math.inf:
            raise ValueError(f"within must be a number of seconds from 0, got {within}")
        return self._thread.ask(partial(self._phones.next_text, to, vendor, within))

    misbehave = _from_any_thread(State.misbehave)
    behave = _from_any_thread(State.behave)
    end_texts = _from_any_thread(State.end_texts)
    end = _from_any_thread(State.end)
    watch = _from_any_thread(State.watch)
    receive = _from_any_thread(State.receive)
    add_template = _from_any_thread(State.add_template)
    members = _from_any_thread(State.members)
    counts = _from_any_thread(State.counts)
    change_account = _from_any_thread(State.change_account)
    leave_out_nulls = _from_any_thread(State.leave_out_nulls)
    call_back = _from_any_thread(State.call_back)
    disturb = _from_any_thread(State.disturb)
    calls = _from_any_thread(State.calls)
    advance = _from_any_thread(State.advance)
    reset = _from_any_thread(State.reset)

    def release(self, vendor: str, order: Sequence[int] | None = None) -> None:
        """Make the waiting calls and wait for their ends: all as they came, or those at these places from 0.

        What `order` leaves out goes on waiting.
        """
        self._thread.call(lambda: self._state.release(vendor, order))
        self.settle()

    def settle(self) -> None:
        """Wait until every call that is due now has been answered or given up; not from an application's answer."""
        self._thread.wait_for(self._state.settle)
