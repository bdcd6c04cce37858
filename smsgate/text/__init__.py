"""Encoding, length and segments of a text, known before it is sent; it imports nothing else of smsgate.

Reading order: `alphabet`, `layout` (where segments begin), `analysis` (the hot path), `segment`, `septets`, `packing`,
`pdu`, `national`, `simplified`, `campaign`, `codec`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from smsgate.text.analysis import Analysis, Offender, analyse
from smsgate.text.campaign import Analyses, Share, Totals, analyse_many
from smsgate.text.codec import register_codec
from smsgate.text.layout import Encoding
from smsgate.text.packing import pack, unpack
from smsgate.text.pdu import Pdu, pdus
from smsgate.text.segment import split
from smsgate.text.septets import decode, encode
from smsgate.text.ucs2 import decode_ucs2, encode_ucs2

if TYPE_CHECKING:
    from smsgate.text._national_tables import LANGUAGES
    from smsgate.text.national import Tables
    from smsgate.text.simplified import Replacement, Simplified, simplify

__all__ = [
    "LANGUAGES",
    "Analyses",
    "Analysis",
    "Encoding",
    "Offender",
    "Pdu",
    "Replacement",
    "Share",
    "Simplified",
    "Tables",
    "Totals",
    "analyse",
    "analyse_many",
    "decode",
    "decode_ucs2",
    "encode",
    "encode_ucs2",
    "pack",
    "pdus",
    "register_codec",
    "simplify",
    "split",
    "unpack",
]

# Loaded when first used: most programs need neither, and each has large tables.
_LATER = {
    "LANGUAGES": "_national_tables",
    "Replacement": "simplified",
    "Simplified": "simplified",
    "Tables": "national",
    "simplify": "simplified",
}


if not TYPE_CHECKING:  # or a type checker would take any name for granted, misspelt ones too

    def __getattr__(name: str) -> object:
        """Import a name from the module that has it, the first time it is asked for (PEP 562)."""
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
