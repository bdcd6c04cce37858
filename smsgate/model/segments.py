"""How many SMS a message is."""

from __future__ import annotations

from smsgate.model.message import Message
from smsgate.text import Analysis, analyse

__all__ = ["segments_of"]


def segments_of(message: Message, analysis: Analysis | None = None) -> int:
    """Return the segments of a message's text, which may be analysed already; 1 for one with media.

    That is one MMS, however long its text: networks do not divide it.
    """
    if message.media:
        return 1
    return (analysis or analyse(message.text)).segments
