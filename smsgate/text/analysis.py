"""What a text costs on air (3GPP TS 23.038 and TS 23.040)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Analysis", "Encoding", "analyse"]

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
MAX_SEGMENTS = 255


class Encoding(Enum):
    """How a text travels."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


@dataclass(frozen=True)
class Analysis:
    """The cost of a text; `units` are septets (GSM-7) or UTF-16 code units (UCS-2)."""

    encoding: Encoding
    units: int
    segments: int
    remaining: int
    """Units left in the last segment."""
    offenders: tuple[tuple[int, str], ...]
    """Index and character of what forces UCS-2."""

    @property
    def too_long(self) -> bool:
        """Whether it needs more than the 255 segments that a message can have."""
        return self.segments > MAX_SEGMENTS


def analyse(text: str) -> Analysis:
    """Count a text's units and segments; raise `TypeError` for anything but a str."""
    if not isinstance(text, str):
        raise TypeError(f"a text is a str, not {type(text).__name__}")
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    offenders = tuple((index, char) for index, char in enumerate(text) if char not in BASIC and char not in EXTENSION)
    if offenders:
        return Analysis(Encoding.UCS2, *_count([1 + (char > "\uffff") for char in text], 70, 67), offenders)
    return Analysis(Encoding.GSM7, *_count([1 + (char in EXTENSION) for char in text], 160, 153), ())


def _count(widths: list[int], single: int, part: int) -> tuple[int, int, int]:
    """Fill parts one character at a time, because a two-unit character never straddles two."""
    units = sum(widths)
    if units <= single:
        return units, 1, single - units
    segments, used = 1, 0
    for width in widths:
        if used + width > part:
            segments, used = segments + 1, 0
        used += width
    return units, segments, part - used
