"""Septets packed into octets: septet i takes the bits 7i to 7i+6, lowest first (3GPP TS 23.038, 6.1.2.1).

Many septets move at once: a run of octets is read as one little-endian number and each step closes every second gap.
"""

from struct import Struct

_RUN = 160  # septets, that is 140 octets: a multiple of 8, so that runs are independent of each other


def pack(septets: bytes, fill_bits: int = 0) -> bytes:
    """Return septets, given one an octet, packed eight into seven octets.

    ``fill_bits`` (0 to 6) zero bits come first, as after a header (TS 23.040, 9.2.3.24). The last octet's spare bits
    are 0. Raises ValueError for an octet above 0x7F.
    """
    _check_fill_bits(fill_bits)
    if not septets.isascii():
        raise ValueError("a septet is 0x00 to 0x7F")
    count = len(septets)
    packed = (
        _pack_run(septets)
        if count <= _RUN
        else b"".join(_pack_run(septets[start : start + _RUN]) for start in range(0, count, _RUN))
    )
    if fill_bits:
        packed = (int.from_bytes(packed, "little") << fill_bits).to_bytes((7 * count + fill_bits + 7) // 8, "little")
    return packed


def unpack(packed: bytes, count: int, fill_bits: int = 0) -> bytes:
    """Return the first ``count`` septets of packed octets, one an octet.

    The count has to be told: seven octets can hold seven septets or eight. ``fill_bits`` (0 to 6) bits are skipped
    first. Raises ValueError if there are not so many septets.
    """
    _check_fill_bits(fill_bits)
    if not 0 <= count <= (8 * len(packed) - fill_bits) // 7:
        raise ValueError(f"{len(packed)} octets do not hold {count} septets after {fill_bits} fill bits")
    if fill_bits:
        packed = (int.from_bytes(packed, "little") >> fill_bits).to_bytes(len(packed), "little")
    if count <= _RUN:
        return _unpack_run(packed)[:count]
    step = _RUN // 8 * 7
    return b"".join([_unpack_run(packed[start : start + step]) for start in range(0, len(packed), step)])[:count]


def _pack_run(septets: bytes) -> bytes:
    bits = int.from_bytes(septets, "little")
    bits = (bits & _LOW_7) | (bits & _HIGH_7) >> 1  # 7 of 8 bits: 14 of 16
    bits = (bits & _LOW_14) | (bits & _HIGH_14) >> 2  # 28 of 32
    bits = (bits & _LOW_28) | (bits & _HIGH_28) >> 4  # 56 of 64
    octets = bytearray(bits.to_bytes(_RUN, "little"))
    del octets[7::8]
    return bytes(octets[: (7 * len(septets) + 7) // 8])


def _unpack_run(packed: bytes) -> bytes:
    bits = int.from_bytes(b"\0".join(_SEVENS.unpack(packed[:140].ljust(140, b"\0"))), "little")
    bits = (bits & _LOW_28) | (bits & _NEXT_28) << 4
    bits = (bits & _LOW_14) | (bits & _NEXT_14) << 2
    bits = (bits & _LOW_7) | (bits & _NEXT_7) << 1
    return bits.to_bytes(_RUN, "little")


def _check_fill_bits(fill_bits: int) -> None:
    if not 0 <= fill_bits <= 6:
        raise ValueError(f"fill_bits must be 0 to 6, not {fill_bits!r}")


def _mask(bits: int, every: int, at: int = 0) -> int:
    """Return a number of 1,280 bits: ``bits`` ones in each group of ``every``, ``at`` bits up."""
    return sum(((1 << bits) - 1) << start + at for start in range(0, 8 * _RUN, every))


_SEVENS = Struct(_RUN // 8 * "7s")
_LOW_7, _HIGH_7, _NEXT_7 = _mask(7, 16), _mask(7, 16, 8), _mask(7, 16, 7)
_LOW_14, _HIGH_14, _NEXT_14 = _mask(14, 32), _mask(14, 32, 16), _mask(14, 32, 14)
_LOW_28, _HIGH_28, _NEXT_28 = _mask(28, 64), _mask(28, 64, 32), _mask(28, 64, 28)
