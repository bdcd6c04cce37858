"""Septets, octets and texts, there and back."""

import random

import gsm0338  # type: ignore[import-untyped]  # noqa: F401  registers its codec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import text
from smsgate.text.alphabet import DEFAULT

gsm_texts = st.text(st.sampled_from(sorted(DEFAULT.characters)), max_size=400)
septet_strings = st.lists(st.integers(0, 0x7F) | st.sampled_from([0x1B, 0x65, 0x00, 0x0D]), max_size=400).map(bytes)


def decode_one_by_one(septets: bytes) -> str:
    """Decode as TS 23.038 reads, septet by septet."""
    shown = ""
    waiting = False
    for septet in septets:
        code = bytes([septet])
        if waiting:
            waiting = False
            if septet == 0x1B:
                shown += " "
            elif code in b"\x0a\x14()/<=>\x40\x65":
                shown += dict(zip(b"\x0a\x14()/<=>\x40\x65", "\f^{}\\[~]|€", strict=True))[septet]
            else:
                shown += code.decode("gsm03.38")
        elif septet == 0x1B:
            waiting = True
        else:
            shown += code.decode("gsm03.38")
    return shown + " " * waiting


@given(gsm_texts)
def test_what_is_encoded_is_decoded_to_the_same_text(message: str) -> None:
    assert text.decode(text.encode(message)) == message


@given(gsm_texts)
def test_encoding_agrees_with_gsm0338(message: str) -> None:
    septets = text.encode(message)
    assert septets == message.encode("gsm03.38")
    assert len(septets) == text.analyse(message).units
    assert septets.decode("gsm03.38") == message


def test_each_character_is_encoded_as_by_gsm0338_which_wrongly_takes_u001b_too() -> None:
    for point in range(0x110000):
        character = chr(point)
        try:
            expected = character.encode("gsm03.38")
        except UnicodeEncodeError:
            expected = b""
        assert (text.encode(character) if character in DEFAULT.characters else b"") == expected or character == "\x1b"
    with pytest.raises(UnicodeEncodeError):
        text.encode("\x1b")


# gsm0338 refuses an unknown code after ESC, ESC ESC and a lone ESC, where TS 23.038 shows something; so it is the
# oracle for single septets only.
@given(septet_strings)
def test_any_septets_are_decoded_as_one_by_one(septets: bytes) -> None:
    assert text.decode(septets) == decode_one_by_one(septets)


@pytest.mark.parametrize(
    ("septets", "shown"),
    [
        (b"\x1b\x61", "a"),
        (b"\x1b", " "),
        (b"a\x1b", "a "),
        (b"\x1b\x1b", " "),
        (b"\x1b\x1b\x65", " e"),
        (b"\x1b\x1b\x1b\x65", " €"),
        (b"\x1b\x1b\x1b", "  "),
        (b"\x1b\x00", "@"),
        (b"", ""),
    ],
)
def test_escapes_that_stand_for_nothing_show_what_the_standard_says(septets: bytes, shown: str) -> None:
    assert text.decode(septets) == shown


def test_an_octet_above_7f_is_no_septet() -> None:
    with pytest.raises(UnicodeDecodeError, match="can't decode byte 0x80 in position 2: octet above 0x7F is no septet"):
        text.decode(b"ab\x80")
    with pytest.raises(ValueError, match="a septet is 0x00 to 0x7F"):
        text.pack(b"\x80")


@pytest.mark.parametrize(("message", "at"), [("abç", 2), ("😀", 0), ("Я", 0), ("a`", 1), ("\0", 0), ("Ω\x1b", 1)])
def test_encoding_refuses_a_stranger_and_names_its_place(message: str, at: int) -> None:
    with pytest.raises(UnicodeEncodeError, match="outside the GSM 7-bit alphabet") as caught:
        text.encode(message)
    assert (caught.value.start, caught.value.end, caught.value.encoding) == (at, at + 1, "smsgate-gsm7")


@pytest.mark.parametrize("fill_bits", range(7))
def test_septets_of_every_length_are_packed_bit_by_bit_and_unpacked(fill_bits: int) -> None:
    chance = random.Random(fill_bits)
    for length in range(401):
        septets = bytes(chance.choices(range(0x80), k=length))
        bits = "0" * fill_bits + "".join(f"{septet:07b}"[::-1] for septet in septets)
        expected = bytes(int(bits[start : start + 8][::-1], 2) for start in range(0, len(bits), 8))
        assert text.pack(septets, fill_bits) == expected
        assert text.unpack(expected, length, fill_bits) == septets


def test_unpacking_needs_the_count_because_seven_octets_are_seven_or_eight_septets() -> None:
    packed = text.pack(b"1234567")
    assert (text.unpack(packed, 7), text.unpack(packed, 8)) == (b"1234567", b"1234567\0")


@pytest.mark.parametrize(("packed", "count", "fill_bits"), [(b"", 1, 0), (b"a", 2, 0), (b"a", 1, 2), (b"abc", -1, 0)])
def test_unpacking_more_septets_than_there_are_is_refused(packed: bytes, count: int, fill_bits: int) -> None:
    with pytest.raises(ValueError, match=f"{len(packed)} octets do not fit {count} septets"):
        text.unpack(packed, count, fill_bits)


@pytest.mark.parametrize("fill_bits", [-1, 7])
def test_there_are_0_to_6_fill_bits(fill_bits: int) -> None:
    with pytest.raises(ValueError, match="fill_bits must be 0 to 6"):
        text.pack(b"a", fill_bits)
    with pytest.raises(ValueError, match="fill_bits must be 0 to 6"):
        text.unpack(b"ab", 1, fill_bits)


@given(st.text(st.characters()))
def test_ucs2_goes_there_and_back_and_joins_the_halves_of_a_pair(message: str) -> None:
    octets = text.encode_ucs2(message)
    assert text.encode_ucs2(text.decode_ucs2(octets)) == octets
    assert len(octets) == 2 * sum(1 + (c > "\uffff") for c in message)


def test_ucs2_is_big_endian_and_refuses_half_a_unit() -> None:
    assert text.encode_ucs2("Я😀\ud83d") == bytes.fromhex("042fd83dde00d83d")
    assert text.decode_ucs2(bytes.fromhex("042fd83dde00d83d")) == "Я😀\ud83d"
    assert text.encode_ucs2("\ud83d\ude00") == text.encode_ucs2("😀")
    with pytest.raises(UnicodeDecodeError):
        text.decode_ucs2(b"\x04")
