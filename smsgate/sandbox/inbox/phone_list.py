"""A part of the list of phones."""

from collections.abc import Sequence
from hashlib import sha256

from attrs import frozen

from smsgate.sandbox.conversations import ConversationText, Phone
from smsgate.sandbox.inbox.paths import phone_path
from smsgate.sandbox.state import State

MOST = 50
"""How many phones are shown at first, and with each step."""
_ALL = 1_000_000


@frozen(kw_only=True)
class Entry:
    """A phone in the list, with its last text or the one that was found, and the path to that."""

    phone: Phone
    text: ConversationText
    path: str

    @property
    def id(self) -> str:
        """Return the id of its element; a number can have any characters."""
        return f"phone-{sha256(self.phone.number.encode(errors='replace')).hexdigest()[:16]}"

    @classmethod
    def of(cls, state: State, phone: Phone, words: str) -> "Entry":
        """Return the entry of a phone that has a text with these words."""
        if not words:
            return cls(phone=phone, text=phone.last, path=phone_path(phone.number))
        texts, sought = state.network.conversations.of_phone(phone.number, limit=_ALL), words.casefold()
        place = next((place for place in range(len(texts) - 1, -1, -1) if texts[place].has(sought)), len(texts) - 1)
        after = place + 1 + MOST // 2  # the texts around it are shown, or the newest where it is one of them
        before = texts[after].number if place < len(texts) - MOST else None
        return cls(phone=phone, text=texts[place], path=phone_path(phone.number, q=words, before=before))


@frozen(kw_only=True)
class PhoneList:
    """Phones, the one with the newest text first; `more` says whether there are others after them.

    `next` is the number of the text that the next part is before. With a `gap` phones between these and the next part
    are not shown.
    """

    entries: Sequence[Entry]
    next: int
    more: bool
    gap: bool = False

    @classmethod
    def of(cls, state: State, words: str, *, before: int | None = None, until: int | None = None) -> "PhoneList":
        """Return the phones with these words whose last text is before a number, and not before the one of `until`.

        `until` is where the part begins that a person has loaded.
        """
        found = state.network.conversations.phones(words, before=before, limit=MOST + 1)
        shown = [phone for phone in found if until is None or phone.last.number >= until]
        over = len(shown) > MOST
        return cls(
            entries=[Entry.of(state, phone, words) for phone in shown[:MOST]],
            next=shown[:MOST][-1].last.number if shown else 0,
            more=over and until is None,
            gap=over and until is not None,
        )


def entry_of(state: State, number: str, words: str) -> Entry | None:
    """Return the entry of a phone; None if it has no text."""
    texts = state.network.conversations.of_phone(number, limit=_ALL)
    return Entry.of(state, Phone(number=number, last=texts[-1], count=len(texts)), words) if texts else None


def only_scheduled(state: State, limit: int = 5) -> Sequence[str]:
    """Return numbers of phones that have nothing but scheduled texts yet, the one with the earliest first."""
    conversations = state.network.conversations
    numbers = dict.fromkeys(text.to for text in state.network.scheduled())
    return [number for number in numbers if not conversations.of_phone(number, limit=1)][:limit]
