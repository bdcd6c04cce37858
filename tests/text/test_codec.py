"""The codec, as Python's own machinery uses it."""

import codecs
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import text
from smsgate.text.alphabet import DEFAULT

NAME = text.register_codec()
gsm_texts = st.text(st.sampled_from(sorted(DEFAULT.characters)), max_size=60)
septet_strings = st.lists(st.integers(0, 0x7F) | st.just(0x1B), max_size=40).map(bytes)


def test_registering_again_changes_nothing() -> None:
    assert text.register_codec() == NAME == codecs.lookup("SMSGATE_GSM7").name


def test_the_codec_encodes_and_decodes_septets() -> None:
    assert "a€@".encode(NAME) == b"a\x1b\x65\x00"
    assert b"a\x1b\x65\x00".decode(NAME) == "a€@"
    assert bytearray(b"a\x1b\x65").decode(NAME) == "a€"
    assert codecs.decode(memoryview(b"a\x1b\x65"), NAME) == "a€"


@pytest.mark.parametrize(
    ("errors", "octets"),
    [
        ("replace", b"a?\x1b\x65?"),
        ("ignore", b"a\x1b\x65"),
        ("xmlcharrefreplace", b"a&#1071;\x1b\x65&#96;"),
        ("namereplace", b"a\x1b\x2fN\x1b(CYRILLIC CAPITAL LETTER YA\x1b)\x1b\x65\x1b\x2fN\x1b(GRAVE ACCENT\x1b)"),
    ],
)
def test_error_handlers_replace_what_cannot_be_encoded(errors: str, octets: bytes) -> None:
    assert "aЯ€`".encode(NAME, errors) == octets


def test_a_handler_may_answer_with_octets_which_stay_as_they_are() -> None:
    codecs.register_error("smsgate-test-octets", lambda error: (b"\x1b\x0d", getattr(error, "end", 0)))
    assert "aЯ@".encode(NAME, "smsgate-test-octets") == b"a\x1b\x0d\x00"


@pytest.mark.parametrize(
    ("errors", "shown"), [("replace", "a\ufffd€ \ufffd"), ("ignore", "a€ "), ("backslashreplace", "a\\x80€ \\xff")]
)
def test_error_handlers_replace_what_cannot_be_decoded(errors: str, shown: str) -> None:
    assert b"a\x80\x1b\x65\x1b\xff".decode(NAME, errors) == shown


def test_strict_refuses_both_ways() -> None:
    with pytest.raises(
        UnicodeEncodeError, match="'smsgate-gsm7' codec can't encode character '\\\\u042f' in position 1"
    ):
        "aЯ".encode(NAME)
    with pytest.raises(UnicodeDecodeError, match="'smsgate-gsm7' codec can't decode byte 0x80 in position 1"):
        b"a\x80".decode(NAME)


@given(septet_strings, st.lists(st.integers(1, 3), min_size=1))
def test_decoding_in_pieces_gives_what_decoding_at_once_gives(septets: bytes, cuts: list[int]) -> None:
    decoder = codecs.getincrementaldecoder(NAME)()
    shown, start = "", 0
    for cut in cuts:
        shown += decoder.decode(septets[start : start + cut])
        start += cut
    shown += decoder.decode(septets[start:], final=True)
    assert shown == text.decode(septets)


@given(gsm_texts, st.integers(0, 60))
def test_encoding_in_pieces_gives_what_encoding_at_once_gives(message: str, cut: int) -> None:
    encoder = codecs.getincrementalencoder(NAME)()
    assert encoder.encode(message[:cut]) + encoder.encode(message[cut:], final=True) == text.encode(message)


@given(septet_strings, st.sampled_from([-1, 1, 2, 3, 7]))
def test_a_stream_is_read_whole_with_an_esc_at_its_end_too(septets: bytes, size: int) -> None:
    reader = codecs.getreader(NAME)(io.BytesIO(septets))
    shown = reader.read() if size < 0 else "".join(iter(lambda: reader.read(size), ""))
    assert shown == text.decode(septets)


def test_a_stream_that_is_rewound_reads_the_same_again() -> None:
    reader = codecs.getreader(NAME)(io.BytesIO(b"a\x1b\x65\x1b"))
    assert reader.read() == "a€ "
    reader.seek(0)
    assert reader.read() == "a€ "


def test_a_reader_that_is_reset_forgets_the_esc_it_waited_with() -> None:
    reader = codecs.getreader(NAME)(io.BytesIO())
    assert reader.decode(b"a\x1b") == ("a", 1)
    reader.reset()
    assert reader.decode(b"\x1b") == ("", 0)
    assert reader.decode(b"\x1b") == (" ", 1)


def test_lines_are_read_one_by_one() -> None:
    assert list(codecs.getreader(NAME)(io.BytesIO(b"a\x1b\x65\nb\n"))) == ["a€\n", "b\n"]


def test_a_file_is_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "septets"
    with path.open("w", encoding=NAME, newline="") as file:
        file.write("Größe: 5 €\n" * 3_000)
    assert path.read_bytes() == text.encode("Größe: 5 €\n" * 3_000)
    with path.open(encoding=NAME, newline="") as file:
        assert file.read() == "Größe: 5 €\n" * 3_000
    with path.open("wb") as raw:
        codecs.getwriter(NAME)(raw).write("€")
    assert path.read_bytes() == b"\x1b\x65"
