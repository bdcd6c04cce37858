"""The words by which people say that they want no more texts, and that they do again: the ``[opt_out]`` table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from attrs import Attribute, field, frozen

from smsgate.errors import ConfigError
from smsgate.event import OptIn, OptOut, Reply

__all__ = ["OptOutWords"]

STOP = (
    *("STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "OPT OUT"),  # English
    *("PARAR", "PARE", "SAIR", "CANCELAR", "REMOVER", "DESCADASTRAR"),  # Portuguese
    *("ALTO", "BAJA"),  # Spanish, which has PARAR and CANCELAR too
    *("STAAK", "VERWYDER"),  # Afrikaans
)
"""The FCC's (47 CFR 64.1200(a)(10)) and CTIA's (Messaging Principles and Best Practices, May 2023, 5.1.3), and those in
use in the other languages of the vendors' countries."""
START = ("START", "UNSTOP", "OPTIN", "OPT IN", "INICIAR", "VOLTAR", "COMENZAR", "BEGIN")


LONGEST = 500
"""Characters of a reply that are looked at; what asks for no more texts is shorter."""
MOST_WORDS = 12
"""Words of a request that has more than the word itself."""
COURTESIES = frozenset(
    (
        *("PLEASE", "PLS", "PLZ", "THANKS", "THANK", "YOU", "NOW", "IMMEDIATELY", "ME"),
        *("US", "IT", "THIS", "THESE", "THOSE", "ALL", "ANY", "MORE", "MY"),
        *("I", "WANT", "WANNA", "TO", "FROM", "SENDING", "TEXTING", "MESSAGING", "CONTACTING"),
        *("SPAMMING", "NUMBER", "SUBSCRIPTION", "SMS", "WOULD", "LIKE", "D", "POR", "FAVOR"),
        *("OBRIGADO", "OBRIGADA", "GRACIAS", "ASSEBLIEF", "DANKIE"),
    )
)
"""What people write beside such a word without meaning something else by it."""
TEXTS = frozenset(("TEXT", "TEXTS", "MESSAGE", "MESSAGES", "MSG", "MSGS", "MENSAJES", "MENSAGENS", "BOODSKAPPE"))
"""What is to end; "the" may stand before these."""
PHRASES = ("OPT ME OUT", "OPTED OUT", "REMOVE ME", "REMOVE MY NUMBER", "REMOVE")
"""Not among the standard words, and plain enough (CTIA, 5.1.3, has "please opt me out")."""
_BLANK = {0x115F, 0x1160, 0x3164, 0xFFA0}
"""Hangul fillers: letters by their category, and nothing to be seen."""
_SPELT = re.compile(r"(?<!\S)\S(?: \S){2,}(?!\S)")
_FIRST_SENTENCE = re.compile(r"[^\n.!]{1,40}(?:\n|[.!]+\s)")


def plain(text: str) -> str:
    """Return a text without case, accents, punctuation, needless blanks and what cannot be seen: " Stop! " is STOP."""
    return " ".join("".join(map(_kept, unicodedata.normalize("NFKD", text).upper())).split())


def _kept(character: str) -> str:
    """Return a letter or digit, a blank for what divides words, and nothing for accents and invisible characters."""
    if character.isalnum() and ord(character) not in _BLANK:
        return character
    invisible = ord(character) in _BLANK or unicodedata.category(character) in {"Cf", "Mn", "Me"}
    return "" if invisible else " "


def _words(_: object, attribute: Attribute[tuple[str, ...]], words: Iterable[str]) -> None:
    if isinstance(words, str):
        raise ConfigError(f"{attribute.name} is a text, {words[:40]!r}; write it as a list: [{words[:40]!r}]")
    for word in words:
        if not plain(word):
            raise ConfigError(f"{attribute.name} has {word!r}, which has no letter or digit; take it out")


@frozen(kw_only=True)
class OptOutWords:
    """Which replies are an opt-out or take it back.

    A reply that is one of the words and nothing else is a certain one, whatever its case, accents, punctuation and
    blanks. A person need not use them exactly (47 CFR 64.1200(a)(10); CTIA, Messaging Principles and
    Best Practices, 5.1.3), so a stop word among courtesies ("please stop texting me") or in a sentence of its own at
    the beginning is an opt-out too, with ``certain=False``. A longer text ("please stop the car") is a reply.
    """

    stop: tuple[str, ...] = field(default=STOP, validator=_words)
    start: tuple[str, ...] = field(default=START, validator=_words)
    _stops: frozenset[str] = field(init=False, repr=False, eq=False)
    _starts: frozenset[str] = field(init=False, repr=False, eq=False)

    @_stops.default
    def _plain_stops(self) -> frozenset[str]:
        return frozenset(map(plain, self.stop))

    @_starts.default
    def _plain_starts(self) -> frozenset[str]:
        return frozenset(map(plain, self.start))

    def __attrs_post_init__(self) -> None:
        """Refuse a word that says both."""
        if both := sorted(self._stops & self._starts):
            raise ConfigError(f"stop and start both have {both[0]!r}")

    def read(self, reply: Reply) -> Reply | OptOut | OptIn:
        """Say what a reply is."""
        text = reply.text[:LONGEST]
        said, whole = _joined(plain(text)), len(text) == len(reply.text)
        if whole and said in self._starts:
            return OptIn(reply, said)
        if whole and (word := self._repeated(said)):
            return OptOut(reply, word)
        word = self._among_courtesies(said) or self._first_sentence(text)
        return OptOut(reply, word, certain=False) if word else reply

    def _repeated(self, said: str) -> str | None:
        """Return the stop word that a text is, or that it begins with where it is nothing but stop words."""
        if said in self._stops:
            return said
        words = said.split()
        return words[0] if words and self._stops.issuperset(words) else None

    def _among_courtesies(self, said: str) -> str | None:
        """Return the stop word, or phrase, that has nothing but courtesies around it."""
        words = said.split()
        if not 0 < len(words) <= MOST_WORDS:
            return None
        for phrase in sorted({*self._stops, *PHRASES}, key=len, reverse=True):
            around = f" {said} ".replace(f" {phrase} ", " ")
            if len(around) < len(said) + 2 and _is_courteous(around.split(), self._stops):
                return phrase
        return None

    def _first_sentence(self, text: str) -> str | None:
        """Return the stop word that is a line or sentence of its own before others."""
        found = _FIRST_SENTENCE.match(text.lstrip())
        said = _joined(plain(found[0])) if found else ""
        return self._repeated(said)


def _joined(said: str) -> str:
    """Return three or more single letters in a row as the word that they spell: PLEASE S T O P is PLEASE STOP."""
    return _SPELT.sub(lambda spelt: spelt[0].replace(" ", ""), said)


def _is_courteous(words: Sequence[str], stops: frozenset[str]) -> bool:
    """Say whether words mean nothing else; "the" only before what is to end."""
    following = [*words, ""][1:]
    return all(
        word in COURTESIES or word in TEXTS or word in stops or (word == "THE" and after in TEXTS)
        for word, after in zip(words, following, strict=True)
    )
