"""UCS-2, in practice UTF-16 (3GPP TS 23.038, 6.2.3): two octets a code unit, big-endian."""


def encode_ucs2(text: str) -> bytes:
    """Return the UTF-16-BE octets of a text; a lone surrogate is kept as it is."""
    return text.encode("utf-16-be", "surrogatepass")


def decode_ucs2(octets: bytes) -> str:
    """Return the text of UTF-16-BE octets; a lone surrogate is kept as it is.

    Raises UnicodeDecodeError for an odd number of octets.
    """
    return octets.decode("utf-16-be", "surrogatepass")
