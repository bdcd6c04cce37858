"""What people and vendors have written to each other, by phone: for the inbox, and for tests that wait for a text."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from attrs import evolve, field, frozen

from smsgate.sandbox.codes import codes_in, one_code


@frozen(kw_only=True)
class ConversationText:
    """One text on a phone: sent to it, or written on it where `inbound` is True.

    `number` counts every text of the sandbox from 1, in the order of their moments `at` (UTC). `phone` is the
    person's number (E.164), `sender` the sender ID that it came from. `request` is the number of the request in the
    `RequestLog` that caused it, `in_reply_to` the id of the message that an inbound text replies to. `codes` are the
    numbers in it that may be one-time codes.
    """

    number: int = 0
    vendor: str
    phone: str
    text: str
    message_id: str
    at: datetime
    inbound: bool = False
    sender: str | None = None
    reference: str | None = None
    request: int | None = None
    in_reply_to: str | None = None
    codes: tuple[str, ...] = field(init=False, repr=False)

    @codes.default
    def _codes(self) -> tuple[str, ...]:
        return codes_in(self.text)

    def code(self, digits: tuple[int, int] = (4, 8)) -> str:
        """Return the one-time code in the text, which has so many digits (from, to), without its hyphens and blanks.

        LookupError if there is none, or several different ones.
        """
        return one_code(self.text, digits)

    def has(self, words: str) -> bool:
        """Say whether one of its fields contains these words, in small or capital letters."""
        fields = (self.phone, self.text, self.message_id, self.vendor, self.sender, self.reference)
        return any(words in field.casefold() for field in fields if field)


@frozen(kw_only=True)
class Phone:
    """A person's phone: its number (E.164), its last text, and how many it has."""

    number: str
    last: ConversationText
    count: int


class Conversations:
    """The texts of every phone; the phone with the newest text comes first."""

    def __init__(self) -> None:
        self._texts: list[ConversationText] = []
        self._phones: dict[str, list[ConversationText]] = {}  # the phone with the newest text is the last
        self._first = 1
        self._watchers: list[Callable[[ConversationText], None]] = []

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def newest(self) -> int:
        """Return the number of the newest text that there was, 0 before the first."""
        return self._first + len(self._texts) - 1

    def add(self, text: ConversationText) -> ConversationText:
        """Add a text, which gets the next number."""
        numbered = self._append(text)
        for watcher in self._watchers:
            watcher(numbered)
        return numbered

    def restore(self, texts: Sequence[ConversationText], newest: int) -> None:
        """Begin with the texts that a file kept, the oldest first; `newest` is the number of the last of them."""
        if newest < len(texts):
            raise ValueError(f"{len(texts)} texts cannot have numbers up to {newest}")
        self._first = newest + 1 - len(texts)
        for text in texts:
            self._append(text)

    def all(self) -> tuple[ConversationText, ...]:
        """Return every text, the oldest first."""
        return tuple(self._texts)

    def get(self, number: int) -> ConversationText | None:
        """Return the text of this number; None if there is none, or no more."""
        place = number - self._first
        return self._texts[place] if 0 <= place < len(self._texts) else None

    def after(self, number: int) -> Iterator[ConversationText]:
        """Yield the texts that came after the one of this number, the oldest first."""
        return iter(self._texts[max(0, number + 1 - self._first) :])

    def of_phone(self, phone: str, *, before: int | None = None, limit: int = 50) -> Sequence[ConversationText]:
        """Return the newest texts of a phone, the newest last; `before`: older than the text of this number."""
        texts = self._phones.get(phone, [])
        end = len(texts) if before is None else bisect_left(texts, before, key=lambda text: text.number)
        return texts[max(0, end - limit) : end]

    def phones(self, words: str = "", *, before: int | None = None, limit: int = 50) -> Sequence[Phone]:
        """Return the phones that have a text with these words, the one with the newest text first.

        `before`: those whose last text is older than the one of this number.
        """
        found = (
            Phone(number=number, last=texts[-1], count=len(texts))
            for number, texts in reversed(self._phones.items())
            if (before is None or texts[-1].number < before) and _any_has(texts, words.casefold())
        )
        return [*islice(found, limit)]

    def _append(self, text: ConversationText) -> ConversationText:
        numbered = evolve(text, number=self.newest + 1)
        self._texts.append(numbered)
        of_phone = self._phones.pop(text.phone, [])
        of_phone.append(numbered)
        self._phones[text.phone] = of_phone
        return numbered

    def watch(self, watcher: Callable[[ConversationText], None]) -> None:
        """Call a function with each new text."""
        self._watchers.append(watcher)

    def clear(self) -> None:
        """Remove every text; the numbers go on."""
        self._first = self.newest + 1
        self._texts.clear()
        self._phones.clear()


def _any_has(texts: Sequence[ConversationText], words: str) -> bool:
    return not words or any(text.has(words) for text in texts)
