"""Text from anyone, as HTML that says what is really in it.

Characters that cannot be seen, or that make others appear elsewhere, are replaced by their code points; what costs is
marked. Everything else is escaped.
"""

import re
import unicodedata
from collections.abc import Callable

from markupsafe import Markup, escape

from smsgate.text import Encoding
from smsgate.text.alphabet import DEFAULT, EXTENSION

_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but for tab and line feed
    "\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # invisible, and directions
    "\ud800-\udfff"  # halves of surrogate pairs
)
_CONTROLS = re.compile(f"(?P<hidden>[{_HIDDEN}])")
_DOUBLE = re.escape("".join(EXTENSION.values()).replace("\f", ""))
_KNOWN = re.escape("".join(sorted(DEFAULT.characters)))
_COSTLY = {
    Encoding.GSM7: re.compile(f"(?P<hidden>[{_HIDDEN}])|(?P<doubles>[{_DOUBLE}]+)"),
    Encoding.UCS2: re.compile(f"(?P<hidden>[{_HIDDEN}])|(?P<forces>[^{_KNOWN}{_HIDDEN}]+)"),
}
_SAID = {"doubles": "two septets each in GSM-7", "forces": "not in GSM-7: the whole text is UCS-2"}


def visible(text: str) -> Markup:
    """Return a text with its hidden characters shown."""
    return _drawn(text, _CONTROLS)


def visible_line(text: str) -> str:
    """Return a text with its hidden characters as code points, for places that have no markup."""
    return _CONTROLS.sub(lambda found: f"[{code_point(found[0])}]", text)


def marked(text: str, encoding: Encoding) -> Markup:
    """Return a text with its hidden characters shown, and those marked that cost more than one septet."""
    return _drawn(text, _COSTLY[encoding])


def code_point(character: str) -> str:
    """Return the code point as Unicode writes it: U+20AC."""
    return f"U+{ord(character):04X}"


def name_of(character: str) -> str:
    """Return the character's name in Unicode; controls have none."""
    return unicodedata.name(character, "CONTROL" if unicodedata.category(character) == "Cc" else "NO NAME")


def _drawn(text: str, pattern: re.Pattern[str]) -> Markup:
    pieces = []
    end = 0
    for found in pattern.finditer(text):
        pieces += [escape(text[end : found.start()]), _DRAWN[found.lastgroup or "hidden"](found[0])]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])


def _hidden(character: str) -> Markup:
    said = f"{code_point(character)} {name_of(character)}"
    return Markup('<span class="hidden-character" title="{}">{}</span>').format(said, code_point(character))


def _costly(kind: str) -> Callable[[str], Markup]:
    start = Markup('<mark class="{}" title="{}">').format(kind, _SAID[kind])
    return lambda text: start + text + Markup("</mark>")


_DRAWN: dict[str, Callable[[str], Markup]] = {
    "hidden": _hidden,
    "doubles": _costly("doubles"),
    "forces": _costly("forces"),
}
