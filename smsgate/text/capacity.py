"""How much fits one segment (3GPP TS 23.040, 9.2.3.24), in septets or in UTF-16 code units."""

MAX_SEGMENTS = 255  # the header counts the segments in one octet

_USER_DATA = 140  # octets of one SMS
_CONCATENATION = {8: 5, 16: 6}  # octets of the header's element for a reference of so many bits
_SHIFT = 3  # octets of the header's element for one national table


def header_octets(reference_bits: int, shifts: int, *, joined: bool) -> int:
    """Return the octets of the header with its length octet; 0 where no header is needed."""
    octets = shifts * _SHIFT + (_CONCATENATION[reference_bits] if joined else 0)
    return octets and octets + 1


def septet_capacity(reference_bits: int = 8, shifts: int = 0, *, joined: bool) -> int:
    """Return how many septets fit beside the header: 160 alone, 153 or 152 joined, less with national tables."""
    return (_USER_DATA - header_octets(reference_bits, shifts, joined=joined)) * 8 // 7


def ucs2_capacity(reference_bits: int = 8, *, joined: bool) -> int:
    """Return how many UTF-16 code units fit beside the header: 70 alone, 67 or 66 joined."""
    return (_USER_DATA - header_octets(reference_bits, 0, joined=joined)) // 2


def check_reference_bits(reference_bits: int) -> None:
    """Raise ValueError unless the reference has 8 or 16 bits."""
    if reference_bits not in _CONCATENATION:
        raise ValueError(f"reference_bits must be 8 or 16, not {reference_bits!r}")
