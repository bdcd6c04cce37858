"""Septets packed into octets: septet i takes the bits 7i to 7i+6, lowest first (3GPP TS 23.038, 6.1.2.1).

Many septets move at once: a run of octets is read as one little-endian number, and each step opens or closes every
second gap. Where a field moves up by n bits, ``number += (number & fields) * (2**n - 1)`` takes the fewest operations.
"""

from struct import Struct

_RUN = 160  # septets, that is 140 octets: a multiple of 16, so that runs are independent of each other
_OCTETS = _RUN // 8 * 7


def pack(septets: bytes, fill_bits: int = 0) -> bytes:
    """Return septets, given one an octet, packed eight into seven octets.

    ``fill_bits`` (0 to 6) zero bits come first, as after a header (TS 23.040, 9.2.3.24). The last octet's spare bits
    are 0. Raises ValueError for an octet above 0x7F.
    """
    count = len(septets)
    if fill_bits or count > _RUN:
        return _pack_runs(septets, fill_bits)
    if not septets.isascii():
        raise ValueError("a septet is 0x00 to 0x7F")
    bits = _number(septets, "little")
    bits += bits & _LOW_7  # 14 of 16 bits, from bit 1 on
    bits += (bits & _LOW_14) * 3  # 28 of 32, from bit 3 on
    bits += (bits & _LOW_28) * 15  # 56 of 64, from bit 7 on
    octets = bytearray((bits << 1).to_bytes(_RUN, "little"))
    del octets[::8]
    return bytes(octets) if count == _RUN else bytes(octets[: (7 * count + 7) // 8])


def unpack(packed: bytes, count: int, fill_bits: int = 0) -> bytes:
    """Return the first ``count`` septets of packed octets, one an octet.

    The count has to be given: seven octets fit seven septets or eight. ``fill_bits`` (0 to 6) bits are skipped
    first. Raises ValueError if there are not so many septets.
    """
    octets = len(packed)
    if fill_bits or octets > _OCTETS:
        return _unpack_runs(packed, count, fill_bits)
    if not 0 <= count <= 8 * octets // 7:
        raise _too_few(octets, count, fill_bits)
    if octets < _OCTETS:
        packed = packed.ljust(_OCTETS, b"\0")
    bits = _number(_SPREAD(*_FOURTEENS(packed)), "little")  # 112 of 128 bits
    bits += (bits & _NEXT_56) * 255  # 56 of 64
    bits += (bits & _NEXT_28) * 15  # 28 of 32
    bits += (bits & _NEXT_14) * 3  # 14 of 16
    bits += bits & _NEXT_7  # 7 of 8
    return bits.to_bytes(_RUN, "little")[:count]


def _pack_runs(septets: bytes, fill_bits: int) -> bytes:
    if not 0 <= fill_bits <= 6:
        raise _no_fill_bits(fill_bits)
    packed = b"".join([pack(septets[start : start + _RUN]) for start in range(0, len(septets), _RUN)])
    octets = (7 * len(septets) + fill_bits + 7) // 8
    return (_number(packed, "little") << fill_bits).to_bytes(octets, "little") if fill_bits else packed


def _unpack_runs(packed: bytes, count: int, fill_bits: int) -> bytes:
    if not 0 <= fill_bits <= 6:
        raise _no_fill_bits(fill_bits)
    if not 0 <= count <= (8 * len(packed) - fill_bits) // 7:
        raise _too_few(len(packed), count, fill_bits)
    if fill_bits:
        packed = (_number(packed, "little") >> fill_bits).to_bytes(len(packed), "little")
    runs = [packed[start : start + _OCTETS] for start in range(0, len(packed), _OCTETS)]
    return b"".join([unpack(run, 8 * len(run) // 7) for run in runs])[:count]


def _too_few(octets: int, count: int, fill_bits: int) -> ValueError:
    return ValueError(f"{octets} octets do not fit {count} septets after {fill_bits} fill bits")


def _no_fill_bits(fill_bits: int) -> ValueError:
    return ValueError(f"fill_bits must be 0 to 6, not {fill_bits!r}")


def _mask(bits: int, every: int, at: int) -> int:
    """Return a number of 1,280 bits: ``bits`` ones in each group of ``every``, ``at`` bits up."""
    return sum(((1 << bits) - 1) << start + at for start in range(0, 8 * _RUN, every))


_number = int.from_bytes
_FOURTEENS = Struct(_RUN // 16 * "14s").unpack
_SPREAD = Struct(_RUN // 16 * "14s2x").pack
_LOW_7, _LOW_14, _LOW_28 = _mask(7, 16, 0), _mask(14, 32, 1), _mask(28, 64, 3)
_NEXT_7, _NEXT_14, _NEXT_28, _NEXT_56 = _mask(7, 16, 7), _mask(14, 32, 14), _mask(28, 64, 28), _mask(56, 128, 56)
