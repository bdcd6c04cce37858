"""User data that a receiver puts together again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import text

pieces = st.sampled_from(["a" * 152, "a" * 151, "@€", "[", "ş", "Я" * 66, "😀", "", "Ω\r", "á" * 73])
messages = st.lists(pieces, max_size=6).map("".join)


def read(pdu: text.Pdu) -> str:
    """Read what a phone would: from the packed octets, the length and the coding alone."""
    octets = pdu.user_data
    header = octets[: octets[0] + 1] if pdu.header else b""
    assert header == pdu.header
    if pdu.data_coding == 8:
        assert pdu.user_data_length == len(octets)
        return octets[len(header) :].decode("utf-16-be", "surrogatepass")
    fill_bits = -8 * len(header) % 7
    septets = pdu.user_data_length - (8 * len(header) + fill_bits) // 7
    body = text.unpack(octets[len(header) :], septets, fill_bits)
    assert pdu.short_message == header + body
    shifts = dict(zip(header[1::3], header[3::3], strict=True)) if 0x00 not in header[1:2] else shift_elements(header)
    name = dict(enumerate(text.LANGUAGES, 1))
    return text.decode(body, tables=text.Tables(name.get(shifts.get(0x25, 0)), name.get(shifts.get(0x24, 0))))


def shift_elements(header: bytes) -> dict[int, int]:
    after = 2 + 1 + header[2]
    return dict(zip(header[after::3], header[after + 2 :: 3], strict=True))


@given(messages, st.integers(0, 255), st.sampled_from([None, "auto", "turkish"]))
def test_what_a_phone_reads_is_the_text(message: str, reference: int, national: str | None) -> None:
    parts = text.pdus(message, reference, national=national)
    assert "".join(read(part) for part in parts) == message
    assert len(parts) == text.analyse(message, national=national).segments
    assert all(len(part.user_data) <= 140 for part in parts)
    if len(parts) > 1:
        assert [part.header[1:6] for part in parts] == [
            bytes((0, 3, reference, len(parts), number + 1)) for number in range(len(parts))
        ]


def test_one_segment_has_no_header() -> None:
    (pdu,) = text.pdus("hellohello", 1)
    assert pdu == text.Pdu(text.Encoding.GSM7, b"", b"hellohello")
    assert (pdu.user_data.hex(), pdu.user_data_length, pdu.data_coding) == ("e8329bfd4697d9ec37", 10, 0)


def test_an_8_bit_reference_takes_seven_septets_of_each_segment() -> None:
    first, second = text.pdus("a" * 161, 0xCC)
    assert (first.header.hex(), second.header.hex()) == ("050003cc0201", "050003cc0202")
    assert (first.user_data_length, second.user_data_length, len(first.user_data)) == (160, 15, 140)
    # One fill bit is between the 48 bits of the header and the first septet.
    assert first.user_data[6] == 0x61 << 1


def test_a_16_bit_reference_takes_eight_septets_of_each_segment() -> None:
    first, second = text.pdus("a" * 161, 0xABCD, reference_bits=16)
    assert (first.header.hex(), second.header.hex()) == ("060804abcd0201", "060804abcd0202")
    assert (len(first.body), len(second.body), first.user_data_length, len(first.user_data)) == (152, 9, 160, 140)
    # 56 bits of header are eight septets exactly.
    assert first.user_data[7:].startswith(text.pack(b"aaaaaaaa"))


def test_ucs2_is_counted_in_octets() -> None:
    first, second = text.pdus("Я" * 71, 7)
    assert (first.data_coding, first.user_data_length, second.user_data_length) == (8, 140, 6 + 8)
    assert second.user_data == bytes.fromhex("050003070202") + "Я".encode("utf-16-be") * 4


def test_national_tables_are_named_in_the_header() -> None:
    (one,) = text.pdus("ş", 0, national=text.Tables("turkish", "portuguese"))
    assert one.header.hex() == "06240103250101"
    assert text.pdus("ş" * 156, 9, national="turkish")[1].header.hex() == "08000309020225" + "0101"
    assert text.pdus("ş" * 156, 9, reference_bits=16, national="turkish")[1].header.hex() == "0908040009020225" + "0101"


def test_a_pair_as_two_code_points_travels_as_one_character() -> None:
    assert text.pdus("\ud83d\ude00", 0)[0].user_data == "😀".encode("utf-16-be")


@pytest.mark.parametrize(("reference", "bits"), [(-1, 8), (256, 8), (65_536, 16)])
def test_a_reference_out_of_range_is_refused(reference: int, bits: int) -> None:
    with pytest.raises(ValueError, match=f"reference must be 0 to .* not {reference}"):
        text.pdus("a", reference, reference_bits=bits)


@pytest.mark.parametrize(("message", "segments"), [("a" * 39_016, 256), ("Я" * 17_086, 256), ("€" * 19_508, 257)])
def test_more_than_255_segments_cannot_be_sent(message: str, segments: int) -> None:
    with pytest.raises(ValueError, match=f"the text takes {segments} segments; one message has at most 255"):
        text.pdus(message, 0)


def test_255_segments_can_be_sent() -> None:
    assert len(text.pdus("a" * 39_015, 0)) == len(text.pdus("Я" * 17_085, 0)) == 255


def test_graphemes_are_kept_whole_in_user_data_too() -> None:
    message = "Я" * 66 + "🇿🇦" * 2
    assert [read(part) for part in text.pdus(message, 0, keep_graphemes=True)] == ["Я" * 66, "🇿🇦" * 2]
