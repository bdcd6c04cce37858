"""The words by which people say that they want no more texts, and that they do again: the ``[opt_out]`` table."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

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
"""CTIA's and the FCC's words (47 CFR 64.1200), and those in use in the other languages of the vendors' countries."""
START = ("START", "UNSTOP", "OPTIN", "OPT IN", "INICIAR", "VOLTAR", "COMENZAR", "BEGIN")


def plain(text: str) -> str:
    """Return a text without case, accents, punctuation and needless blanks: ``" Stop! "`` is ``STOP``."""
    spread = unicodedata.normalize("NFKD", text).upper()
    kept = (each if each.isalnum() else " " for each in spread if not unicodedata.combining(each))
    return " ".join("".join(kept).split())


def _words(_: object, attribute: Attribute[tuple[str, ...]], words: Iterable[str]) -> None:
    if isinstance(words, str):
        raise ConfigError(f"{attribute.name} is a text, {words[:40]!r}; write it as a list: [{words[:40]!r}]")
    for word in words:
        if not plain(word):
            raise ConfigError(f"{attribute.name} has {word!r}, which has no letter or digit; take it out")


@frozen(kw_only=True)
class OptOutWords:
    """Which replies are an opt-out or take it back: those that are one of these words and nothing else.

    Case, accents, punctuation and blanks around it do not matter. A longer text ("please stop the car") is a reply.
    """

    stop: tuple[str, ...] = field(default=STOP, validator=_words)
    start: tuple[str, ...] = field(default=START, validator=_words)

    def __attrs_post_init__(self) -> None:
        """Refuse a word that says both."""
        if both := sorted({*map(plain, self.stop)} & {*map(plain, self.start)}):
            raise ConfigError(f"stop and start both have {both[0]!r}")

    def read(self, reply: Reply) -> Reply | OptOut | OptIn:
        """Say what a reply is."""
        said = plain(reply.text)
        if said in map(plain, self.stop):
            return OptOut(reply, said)
        return OptIn(reply, said) if said in map(plain, self.start) else reply
