"""Each request to a vendor and its answer, as they were on the wire; credentials are masked."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from datetime import datetime

from aiohttp import web
from attrs import evolve, frozen

from smsgate.sandbox.faults import Fault

_KEPT = 20_000
"""How many requests are kept."""
_LONGEST = 64 * 1024
"""How many octets of a body are kept."""
_CREDENTIAL = re.compile(r"auth|token|secret|passw|key|cookie|email|signature", re.IGNORECASE)
_MASK = "****"

REQUEST: ContextVar[int | None] = ContextVar("REQUEST", default=None)
"""The number of the request that is being served, or None."""

Headers = tuple[tuple[str, str], ...]


@frozen(kw_only=True)
class LoggedRequest:
    """A request and its answer. Without a `status` the client got no answer.

    `number` counts from 1; `seconds` is how long the answer took. Bodies have at most 64 KiB, what is no UTF-8 in them
    is replaced.
    """

    number: int
    vendor: str
    at: datetime
    method: str
    path: str
    headers: Headers
    body: str
    fault: Fault | None = None
    status: int | None = None
    reason: str | None = None
    answer_headers: Headers = ()
    answer: str = ""
    seconds: float = 0.0


class RequestLog:
    """The latest 20,000 requests."""

    def __init__(self) -> None:
        self._requests: deque[LoggedRequest] = deque(maxlen=_KEPT)
        self._count = 0
        self.in_progress = 0
        """How many requests have begun and not ended."""
        self._watchers: list[Callable[[LoggedRequest], None]] = []

    @property
    def count(self) -> int:
        """Return how many requests there ever were."""
        return self._count

    def all(self) -> tuple[LoggedRequest, ...]:
        """Return the requests that are kept, in the order of their ends."""
        return tuple(self._requests)

    def restore(self, requests: Iterable[LoggedRequest], count: int) -> None:
        """Begin with the requests that a file kept, and go on counting."""
        self._requests.extend(requests)
        self._count = max([count, *(request.number for request in self._requests)])

    def next_number(self) -> int:
        """Return the number of a request that begins."""
        self._count += 1
        return self._count

    def add(self, request: LoggedRequest) -> None:
        """Add a request that has ended; requests end in another order than they begin."""
        self._requests.append(request)
        for watcher in self._watchers:
            watcher(request)

    def get(self, number: int) -> LoggedRequest | None:
        """Return the request of this number; None if it has not ended, or is kept no more."""
        return next((request for request in reversed(self._requests) if request.number == number), None)

    def latest(self, limit: int = 50, *, before: int | None = None) -> Sequence[LoggedRequest]:
        """Return the requests that ended last, the newest first; `before`: only those with smaller numbers."""
        found = (request for request in reversed(self._requests) if before is None or request.number < before)
        return [request for request, _ in zip(found, range(limit), strict=False)]

    def watch(self, watcher: Callable[[LoggedRequest], None]) -> None:
        """Call a function with each request that has ended."""
        self._watchers.append(watcher)

    def clear(self) -> None:
        """Remove every request; the numbers go on."""
        self._requests.clear()


async def begun(request: web.Request, number: int, vendor: str, at: datetime) -> LoggedRequest:
    """Return the record of a request that has arrived."""
    multipart = request.content_type.startswith("multipart/")  # its reader wants the stream for itself
    body = "(a multipart body is not kept)" if multipart else _text(await request.read())
    return LoggedRequest(
        number=number,
        vendor=vendor,
        at=at,
        method=request.method,
        path=_masked_query(request.path_qs),
        headers=_masked(request.headers.items()),
        body=body,
    )


def ended(
    record: LoggedRequest, request: web.Request, answer: web.StreamResponse, fault: Fault | None, seconds: float
) -> LoggedRequest:
    """Return the record with the answer, or without one where the connection is closed."""
    transport = request.transport
    if transport is None or transport.is_closing():
        return evolve(record, fault=fault, seconds=seconds)
    return evolve(
        record,
        fault=fault,
        seconds=seconds,
        status=answer.status,
        reason=answer.reason,
        answer_headers=_masked(answer.headers.items()),
        answer=_answer(answer),
    )


def _answer(answer: web.StreamResponse) -> str:
    body = answer.body if isinstance(answer, web.Response) else None
    if not isinstance(body, bytes):
        return ""
    if "Content-Encoding" in answer.headers:
        return f"({len(body):,} octets, {answer.headers['Content-Encoding']})"
    return _text(body)


def _text(body: bytes) -> str:
    text = body[:_LONGEST].decode(errors="replace")
    return text if len(body) <= _LONGEST else f"{text}\n({len(body):,} octets; the first {_LONGEST:,} are shown)"


def _masked(headers: Iterable[tuple[str, str]]) -> Headers:
    return tuple((name, _mask(value) if _CREDENTIAL.search(name) else value) for name, value in headers)


def _mask(value: str) -> str:
    """Mask a credential; the scheme before it is none (RFC 9110, 11.1)."""
    scheme, blank, _ = value.partition(" ")
    return f"{scheme} {_MASK}" if blank else _MASK


def _masked_query(path: str) -> str:
    """Mask the values of a query's parameters whose names say that they are credentials."""
    path, mark, query = path.partition("?")
    shown = [
        f"{name}={_MASK}" if sign and _CREDENTIAL.search(name) else f"{name}{sign}{value}"
        for name, sign, value in (parameter.partition("=") for parameter in query.split("&"))
    ]
    return f"{path}{mark}{'&'.join(shown)}"
