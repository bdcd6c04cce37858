"""Wait for a text to a phone: what every test of a login that sends a code needs."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from attrs import evolve, field, frozen

from smsgate.sandbox.conversations import ConversationText
from smsgate.sandbox.state import State

_NAMED = 3
_SHORTEST_WAIT = 0.001  # a wait in vain says what came instead


@frozen(kw_only=True)
class Wanted:
    """Which texts are looked for: those to a phone, by a vendor, that came after the text of a number.

    Without `inbound` only those that a vendor sent; at most `limit` of them.
    """

    to: str | None = None
    vendor: str | None = None
    inbound: bool = False
    after: int = 0
    limit: int = 100

    def fits(self, text: ConversationText) -> bool:
        """Say whether a text is one of them."""
        of_phone = self.to is None or text.phone == self.to
        return of_phone and (self.vendor is None or text.vendor == self.vendor) and (self.inbound or not text.inbound)


@frozen(kw_only=True)
class Messages:
    """Texts, the oldest first, and the number after which to look `next`.

    After a wait in vain `instead` says what came meanwhile.
    """

    messages: tuple[ConversationText, ...]
    next: int
    instead: str | None = None


def matching(state: State, wanted: Wanted) -> Messages:
    """Return the texts that fit now; LookupError if the sandbox never had the text after which they are to come."""
    newest = state.network.conversations.newest
    if wanted.after > newest:
        raise LookupError(
            f"after is {wanted.after}, but the newest text has the number {newest}: the sandbox was started anew; "
            "begin again with after=0 (SandboxClient: make a new one)"
        )
    texts = tuple(islice(_fitting(state, wanted), wanted.limit))
    more = wanted.limit and len(texts) == wanted.limit
    return Messages(messages=texts, next=texts[-1].number if more else newest)


async def wait_for(state: State, wanted: Wanted, seconds: float, closing: asyncio.Event) -> Messages:
    """Return the texts that fit as soon as there is one, else none when so many seconds are over, or at closing."""
    found, looked = matching(state, wanted), wanted
    if not seconds or not wanted.limit:
        return found
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not found.messages and not closing.is_set():
                looked = evolve(looked, after=found.next)
                await state.feed.after(state.feed.number)
                found = matching(state, looked)
    return found if found.messages else evolve(found, instead=_instead(state, wanted))


@frozen
class PhoneWatch:
    """Gives each text to a phone once, to those who wait in this process."""

    _state: State
    _given: dict[str, int] = field(factory=dict)

    async def next_text(self, to: str, vendor: str | None, within: float, closing: asyncio.Event) -> ConversationText:
        """Return the first text to a phone after the last one that it gave; TimeoutError says what came instead."""
        if vendor is not None:
            self._state.vendor(vendor)
        end = asyncio.get_running_loop().time() + within
        while not closing.is_set():
            left = max(end - asyncio.get_running_loop().time(), _SHORTEST_WAIT)
            wanted = Wanted(to=to, vendor=vendor, after=self._given.get(to, 0), limit=1)
            found = await wait_for(self._state, wanted, left, closing)
            for text in found.messages:
                if text.number > self._given.get(to, 0):  # another thread may have got it
                    self._given[to] = text.number
                    return text
            if not found.messages and not closing.is_set():
                by = f" by {vendor}" if vendor else ""
                raise TimeoutError(f"no text to {to}{by} came within {within:g} s; {found.instead}")
        raise RuntimeError("the sandbox was closed before a text came")


def _fitting(state: State, wanted: Wanted) -> Iterator[ConversationText]:
    return (text for text in state.network.conversations.after(wanted.after) if wanted.fits(text))


def _instead(state: State, wanted: Wanted) -> str:
    """Say what came after the text of that number, and how the last request was answered."""
    others = Counter(
        f"to {text.phone} by {text.vendor}"
        for text in state.network.conversations.after(wanted.after)
        if not text.inbound and not wanted.fits(text)
    )
    named = [f"{count} {others_of}" for others_of, count in others.most_common(_NAMED)]
    more = [f"{len(others) - _NAMED} more"] if len(others) > _NAMED else []
    came = f"texts that came: {', '.join([*named, *more])}" if named else "no other text came"
    return f"{came}; {_last_request(state)}"


def _last_request(state: State) -> str:
    for request in state.requests.latest(1):
        answer = f"was answered {request.status}" if request.status else "got no answer"
        return f"the last request, {request.method} {request.path.partition('?')[0][:100]}, {answer}"
    return "no vendor got a request"
