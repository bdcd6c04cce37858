"""A Python codec for the GSM 7-bit default alphabet: octets are septets, one an octet."""

# The names and signatures are those of the standard library's classes.
# ruff: noqa: A002

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from smsgate.text.alphabet import BASIC, ESC, EXTENSION
from smsgate.text.septets import CODEC_NAME, decode, encode

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

# A slow map of a kind that honours every error handler: it is asked only for texts that have an offender.
_OCTETS = {ord(character): bytes((code,)) for code, character in enumerate(BASIC) if code != ESC} | {
    ord(character): bytes((ESC, code)) for code, character in EXTENSION.items()
}


def register_codec() -> str:
    """Make ``"smsgate-gsm7"`` known to Python's `str.encode`, `bytes.decode` and `open`, and return this name.

    Calling it again does nothing. All error handlers work; an octet above 0x7F is the only error that decoding has.
    """
    try:
        codecs.lookup(CODEC_NAME)
    except LookupError:
        codecs.register(_find)
    return CODEC_NAME


def _find(name: str) -> codecs.CodecInfo | None:
    if name.replace("-", "_") != CODEC_NAME.replace("-", "_"):
        return None
    return codecs.CodecInfo(
        name=CODEC_NAME,
        encode=_encode,
        decode=_decode,
        incrementalencoder=_IncrementalEncoder,
        incrementaldecoder=_IncrementalDecoder,
        streamreader=_StreamReader,
        streamwriter=_StreamWriter,
    )


def _encode(input: str, errors: str = "strict") -> tuple[bytes, int]:
    try:
        return encode(input), len(input)
    except UnicodeEncodeError:
        if errors == "strict":
            raise
        return codecs.charmap_encode(input, errors, _OCTETS)


def _decode(input: Buffer, errors: str = "strict") -> tuple[str, int]:
    octets = bytes(input)
    try:
        return decode(octets), len(octets)
    except UnicodeDecodeError:
        return "".join(_decode_around_errors(octets, errors)), len(octets)


def _decode_around_errors(octets: bytes, errors: str) -> list[str]:
    found = []
    at = 0
    while at < len(octets):
        end = next((index for index in range(at, len(octets)) if octets[index] > 0x7F), len(octets))
        found.append(decode(octets[at:end]))
        if end == len(octets):
            break
        error = UnicodeDecodeError(CODEC_NAME, octets, end, end + 1, "octet above 0x7F is no septet")
        replacement, at = codecs.lookup_error(errors)(error)
        found.append(str(replacement))
    return found


def _complete(octets: bytes) -> int:
    """Return how many octets can be decoded now: an ESC at the end waits for the code after it."""
    waiting = len(octets) - len(octets.rstrip(b"\x1b"))
    return len(octets) - waiting % 2


class _IncrementalEncoder(codecs.IncrementalEncoder):
    def encode(self, input: str, final: bool = False) -> bytes:  # noqa: ARG002, FBT001, FBT002
        return _encode(input, self.errors)[0]


class _IncrementalDecoder(codecs.BufferedIncrementalDecoder):
    def _buffer_decode(self, input: Buffer, errors: str, final: bool) -> tuple[str, int]:  # noqa: FBT001
        octets = bytes(input)
        end = len(octets) if final else _complete(octets)
        return _decode(octets[:end], errors)[0], end


class _StreamWriter(codecs.StreamWriter):
    def encode(self, input: str, errors: str = "strict") -> tuple[bytes, int]:
        return _encode(input, errors)


class _StreamReader(codecs.StreamReader):
    _waiting = False

    def decode(self, input: bytes, errors: str = "strict") -> tuple[str, int]:
        # The base class gives no sign of the stream's end but that it offers the octets it was left with once more.
        end = len(input) if self._waiting and len(input) == 1 else _complete(input)
        self._waiting = end < len(input)
        return _decode(input[:end], errors)[0], end

    def reset(self) -> None:
        super().reset()
        self._waiting = False
