"""The words by which people say that they want no more texts, and that they do again: the ``[opt_out]`` table."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Sequence

from attrs import Attribute, field, frozen

from smsgate.model.errors import ConfigError
from smsgate.model.event import OptIn, OptOut, Reply

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
HELP = ("HELP", "INFO", "AJUDA", "AYUDA", "HULP")
"""What the messaging principles of CTIA ask for, INFO, and Portuguese, Spanish and Afrikaans."""

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
        *("OK", "OKAY", "NO", "CAN", "COULD", "JUST", "ANYMORE", "AGAIN"),
        *("QUERO", "QUIERO", "DE", "MANDAR", "ENVIAR", "RECEBER", "RECIBIR"),
    )
)
"""What people write beside such a word without meaning something else by it."""
TEXTS = frozenset(
    (
        *("TEXT", "TEXTS", "MESSAGE", "MESSAGES", "MSG", "MSGS", "MENSAJES", "MENSAGENS", "BOODSKAPPE"),
        *("LIST", "LISTS", "MAILING"),
    )
)
"""What is to end, or where the person is on a list; "the" and "your" may come before these."""
PHRASES = (
    *("OPT ME OUT", "OPTED OUT", "REMOVE ME", "REMOVE MY NUMBER", "REMOVE", "TAKE ME OFF"),
    *("UNSUB", "UNSUBSCRIBED", "ST0P", "CANCEL MY SUBSCRIPTION"),
    *("NO MORE TEXTS", "NO MORE TEXT", "NO MORE MESSAGES", "NO MORE SMS", "DO NOT TEXT ME", "DON T TEXT ME"),
    *("QUERO SAIR", "NAO QUERO MAIS MENSAGENS", "DARME DE BAJA", "NO QUIERO MAS MENSAJES"),
)
"""Not among the standard words, and plain enough (CTIA, 5.1.3, has "please opt me out")."""
AMBIGUOUS = frozenset(
    (
        *("CANCEL", "END", "QUIT", "REVOKE", "REMOVE"),
        *("PARE", "SAIR", "CANCELAR", "REMOVER", "ALTO", "BAJA"),
    )
)
"""Words of ordinary sentences too ("confirm, cancel, or move it?"): in a longer text only its first sentence counts."""
_STOP_SIGN = "\N{OCTAGONAL SIGN}"
_LATIN = str.maketrans(
    {
        **dict.fromkeys("\u0405\u054f", "S"),  # Cyrillic, Armenian
        **dict.fromkeys("\u0422\u03a4", "T"),  # Cyrillic, Greek
        **dict.fromkeys("\u041e\u039f\u0555", "O"),  # Cyrillic, Greek, Armenian
        **dict.fromkeys("\u0420\u03a1", "P"),  # Cyrillic, Greek
    }
)
"""Capital letters that look like those of STOP."""
_BLANK = {0x115F, 0x1160, 0x3164, 0xFFA0}
"""Hangul fillers: letters by their category, and nothing to be seen."""
_SPELT = re.compile(r"(?<!\S)\S(?: \S){2,}(?!\S)")
_END_OF_SENTENCE = re.compile(
    "[\r\n\u2028\u2029!,;\u2014\u2026\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f]|[.?:](?=\\s|$)|[-\u2013](?=\\s)"
)
"""A dot, colon or question mark ends one before a blank only: an address on the web has them within a word."""


def plain(text: str) -> str:
    """Return a text without case, accents, punctuation, needless blanks and what cannot be seen: " Stop! " is STOP."""
    if text.isascii() and text.isalnum():  # as most of the words are, which each gateway reads
        return text.upper()
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
            raise ConfigError(f"{attribute.name} must have words with a letter or digit, got {word!r}")


@frozen(kw_only=True)
class OptOutWords:
    """Which replies are an opt-out or take it back.

    A reply that is one of the words and nothing else is a certain one, whatever its case, accents, punctuation and
    blanks. A person need not use them exactly (47 CFR 64.1200(a)(10); CTIA, Messaging Principles and
    Best Practices, 5.1.3). So a stop word among courtesies ("please stop texting me") or as a sentence of its own
    anywhere is an opt-out too, with ``certain=False``. An ordinary sentence ("please stop the car") is a reply.
    """

    stop: tuple[str, ...] = field(default=STOP, validator=_words)
    start: tuple[str, ...] = field(default=START, validator=_words)
    help: tuple[str, ...] = field(default=HELP, validator=_words)
    _stops: frozenset[str] = field(init=False, repr=False, eq=False)
    _starts: frozenset[str] = field(init=False, repr=False, eq=False)

    @_stops.default
    def _plain_stops(self) -> frozenset[str]:
        return frozenset(map(plain, self.stop))

    @_starts.default
    def _plain_starts(self) -> frozenset[str]:
        return frozenset(map(plain, self.start))

    def __attrs_post_init__(self) -> None:
        """Refuse a word that says two things."""
        helps = frozenset(map(plain, self.help))
        for one, other, both in (
            ("stop", "start", self._stops & self._starts),
            ("stop", "help", self._stops & helps),
            ("start", "help", self._starts & helps),
        ):
            if both:
                raise ConfigError(f"{one} and {other} both have {min(both)!r}; remove it from one")

    def asks_for_help(self, reply: Reply) -> bool:
        """Say whether a reply is a word of `help` and nothing else, whatever its case, accents and punctuation."""
        said = _joined(plain(reply.text[:LONGEST]))
        return len(reply.text) <= LONGEST and any(said == plain(word) for word in self.help)

    def read(self, reply: Reply) -> Reply | OptOut | OptIn:
        """Say what a reply is."""
        text = reply.text[:LONGEST]
        said, whole = _joined(plain(text)), len(text) == len(reply.text)
        if whole and said in self._starts:
            return OptIn(reply, said)
        if whole and (word := self._repeated(said)):
            return OptOut(reply, word)
        word = self._uncertain(text.replace(_STOP_SIGN, " STOP "), whole=whole)
        return OptOut(reply, word, certain=False) if word else reply

    def _uncertain(self, text: str, *, whole: bool) -> str | None:
        """Return the stop word, or phrase, by which a text asks for no more texts in other words than the standard."""
        said = self._said(text)
        if word := self._variant(said) or self._among_courtesies(said, {*self._stops, *PHRASES}):
            return word
        sentences = [said for part in _END_OF_SENTENCE.split(text) if (said := self._said(part))]
        if not whole:
            del sentences[-1:]  # It may go on beyond what is looked at.
        clear = {*self._stops, *PHRASES} - AMBIGUOUS
        words = (self._among_courtesies(sentence, clear) for sentence in sentences)
        return next(filter(None, words), None) or (self._repeated(sentences[0]) if sentences else None)

    def _said(self, text: str) -> str:
        """Return a plain text in which words that only look like STOP are Latin."""
        return " ".join(word if word in self._stops else _latin(word) for word in _joined(plain(text)).split())

    def _variant(self, said: str) -> str | None:
        """Return the stop word that a text begins with twice (STOPSTOP), or that only digits follow (STOP 12345)."""
        if word := self._repeated(said.rstrip(string.digits + " ")):
            return word
        for word in sorted(self._stops, key=len, reverse=True):
            copies = len(said) // len(word)
            if f"{said} ".startswith(f"{word} {word} ") or (copies > 1 and said == (word * (copies + 1))[: len(said)]):
                return word
        return None

    def _repeated(self, said: str) -> str | None:
        """Return the stop word that a text is, or that it begins with where it is nothing but stop words."""
        if said in self._stops:
            return said
        words = said.split()
        return words[0] if words and self._stops.issuperset(words) else None

    def _among_courtesies(self, said: str, phrases: Iterable[str]) -> str | None:
        """Return the phrase that has nothing but courtesies around it."""
        words = said.split()
        if not 0 < len(words) <= MOST_WORDS:
            return None
        for phrase in sorted(phrases, key=lambda phrase: (-len(phrase), phrase)):
            around = f" {said} ".replace(f" {phrase} ", " ")
            if len(around) < len(said) + 2 and _is_courteous(around.split(), self._stops):
                return phrase
        return None


def _joined(said: str) -> str:
    """Return three or more single letters in a row as the word that they spell: PLEASE S T O P is PLEASE STOP."""
    return _SPELT.sub(lambda spelt: spelt[0].replace(" ", ""), said)


def _latin(word: str) -> str:
    """Return a word with the look-alikes of S, T, O and P in Latin, if that makes all of it Latin letters."""
    latin = word.translate(_LATIN)
    return latin if latin.isascii() and latin.isalpha() else word


def _is_courteous(words: Sequence[str], stops: frozenset[str]) -> bool:
    """Say whether words mean nothing else; "the" and "your" only before what is to end."""
    following = [*words, ""][1:]
    return all(
        word in COURTESIES or word in TEXTS or word in stops or (word in {"THE", "YOUR"} and after in TEXTS)
        for word, after in zip(words, following, strict=True)
    )
