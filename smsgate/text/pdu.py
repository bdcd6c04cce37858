"""User data, ready for an SMPP or a modem user (3GPP TS 23.040, 9.2.3.24)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smsgate.text.capacity import MAX_SEGMENTS
from smsgate.text.layout import Encoding, Layout, choices_of, lay_out
from smsgate.text.packing import pack
from smsgate.text.segment import texts
from smsgate.text.septets import encode
from smsgate.text.ucs2 import encode_ucs2

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smsgate.text.national import Tables


class Pdu(NamedTuple):
    """The user data of one segment."""

    encoding: Encoding
    header: bytes
    """The user data header with its length octet; empty where none is needed."""
    body: bytes
    """Septets, one an octet, or UTF-16-BE octets."""

    @property
    def data_coding(self) -> int:
        """The data coding scheme: 0x00 for the GSM 7-bit alphabet, 0x08 for UCS-2 (TS 23.038, 4)."""
        return 0x08 if self.encoding is Encoding.UCS2 else 0x00

    @property
    def short_message(self) -> bytes:
        """What SMPP takes as short_message: header and unpacked body; a header needs the UDHI bit in esm_class."""
        return self.header + self.body

    @property
    def user_data(self) -> bytes:
        """What a modem takes as TP-UD: header and body, septets packed behind the header's fill bits."""
        if self.encoding is Encoding.UCS2:
            return self.header + self.body
        return self.header + pack(self.body, -8 * len(self.header) % 7)

    @property
    def user_data_length(self) -> int:
        """TP-UDL: septets, those that the header takes included, or octets with UCS-2."""
        if self.encoding is Encoding.UCS2:
            return len(self.header) + len(self.body)
        return -(-8 * len(self.header) // 7) + len(self.body)


def pdus(
    text: str,
    reference: int,
    *,
    reference_bits: int = 8,
    national: Tables | str | Iterable[str] | None = None,
    keep_graphemes: bool = False,
) -> list[Pdu]:
    """Return the user data of each segment; several have a concatenation header with the reference.

    ``reference`` is 0 to 255, or 0 to 65,535 with ``reference_bits=16``. Raises ValueError for a reference out of range
    and for a text of more than 255 segments.
    """
    layout = lay_out(text, reference_bits, choices_of(national))
    if not 0 <= reference < 1 << reference_bits:
        raise ValueError(f"reference must be 0 to {(1 << reference_bits) - 1}, not {reference!r}")
    parts = texts(text, layout, keep_graphemes=keep_graphemes)
    if len(parts) > MAX_SEGMENTS:
        raise ValueError(f"the text takes {len(parts)} segments; one message has at most {MAX_SEGMENTS}")
    return [
        Pdu(layout.encoding, _header(layout, _concatenation(reference, reference_bits, len(parts), number)), body)
        for number, body in enumerate((_body(part, layout) for part in parts), 1)
    ]


def _body(part: str, layout: Layout) -> bytes:
    return encode_ucs2(part) if layout.encoding is Encoding.UCS2 else encode(part, tables=layout.tables)


def _concatenation(reference: int, reference_bits: int, total: int, number: int) -> bytes:
    """Return the header's element that joins segments (TS 23.040, 9.2.3.24.1 and 9.2.3.24.8)."""
    if total == 1:
        return b""
    octets = reference.to_bytes(reference_bits // 8, "big") + bytes((total, number))
    return bytes((0x00 if reference_bits == 8 else 0x08, len(octets))) + octets


def _header(layout: Layout, concatenation: bytes) -> bytes:
    elements = concatenation + (layout.tables.header if layout.tables else b"")
    return bytes((len(elements),)) + elements if elements else b""
