"""The page of the segment calculator, as a program that runs no script gets it."""

import re
from html import unescape
from urllib.parse import quote, urlencode

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smsgate.sandbox import Sandbox
from smsgate.sandbox.inbox.segments.question import LONGEST, MOST_OCTETS
from smsgate.text import analyse
from tests.sandbox.inbox.segments.conftest import Calculate

HOSTILE = "<script>alert(1)</script>\"'>&amp;<b>\x1b[31m\u202eevil\u2066\0\ud800"


def summary(page: str) -> str:
    """Return what a screen reader says of a text."""
    found = re.search(r'<span id="summary">(.*?)</span>', page, re.DOTALL)
    assert found is not None
    return found[1]


def typed(page: str) -> str:
    """Return the text in the form, as a browser reads it: without the line feed that it begins with."""
    found = re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def test_an_empty_page_waits_for_a_text(show: Calculate) -> None:
    page = show()
    assert (page.status_code, typed(page.text), summary(page.text)) == (200, "", "GSM-7, 1 segment, 160 left")
    assert "Type or paste a text." in page.text


def test_a_query_fills_the_form_in(show: Calculate) -> None:
    page = show(f"?text={quote('It’s 4711')}&to={quote('+27 82 123 4567')}").text
    assert (typed(page), summary(page)) == ("It’s 4711", "UCS-2, 1 segment, 61 left")
    assert "To +27821234567 (South Africa)" in page
    assert "0.30 ZAR" in page
    assert "2 credits" in page


def test_every_character_says_what_it_is_and_what_it_costs(calculate: Calculate) -> None:
    page = unescape(calculate({"text": "€’"}).text)
    assert 'aria-label="€ U+20AC EURO SIGN, 1 UTF-16 unit"' in page
    assert 'class="cell costs forces" data-shown="’"' in page
    assert 'aria-label="’ U+2019 RIGHT SINGLE QUOTATION MARK, 1 UTF-16 unit, forces UCS-2, cheaper: ’ → \'"' in page
    assert 'class="cell costs doubles" data-shown="€"' in calculate({"text": "€"}).text


def test_the_cheaper_text_is_applied_without_a_script(calculate: Calculate) -> None:
    page = calculate({"text": "It’s " + "x" * 100})
    assert "UCS-2, 2 segments" in summary(page.text)
    assert "1 replacement makes it GSM-7" in page.text
    applied = calculate({"text": "It’s " + "x" * 100, "apply": "cheaper"}).text
    assert (typed(applied), summary(applied)) == ("It's " + "x" * 100, "GSM-7, 1 segment, 55 left")
    assert typed(calculate({"text": "It is", "apply": "cheaper"}).text) == "It is"


def test_the_options_count(calculate: Calculate) -> None:
    options = {"national": "turkish", "reference_bits": "16", "transliterate": "on"}
    page = calculate({"text": "ş" * 200, **options}).text
    assert "turkish (locking shift)" in page
    assert summary(page) == "GSM-7, 2 segments, 96 left"
    assert 'value="turkish" selected' in page
    assert 'value="16" selected' in page
    assert 'name="transliterate" checked' in page


def test_unknown_options_are_as_if_they_were_not_there(calculate: Calculate) -> None:
    options = {"national": "klingon", "reference_bits": "7", "transliterate": "?", "apply": "?", "first": "9" * 99}
    page = calculate({"text": "ş", "first": "²", **options})
    assert (page.status_code, summary(page.text)) == (200, "UCS-2, 1 segment, 69 left")


def test_a_number_that_cannot_be_read_is_said_beside_the_prices(calculate: Calculate) -> None:
    page = unescape(calculate({"text": "a", "to": "082<b>\u202e"}).text)
    assert "082<b>" in page.replace("\\", "")
    assert "is not a phone number" in page
    assert "South Africa" in page
    assert "\u202e" not in page.split('<div id="answer"')[1]


def test_a_text_is_escaped_and_cannot_change_the_page(calculate: Calculate) -> None:
    form = urlencode({"text": HOSTILE}, errors="surrogatepass").encode()
    page = calculate(form, **{"Content-Type": "application/x-www-form-urlencoded"}).text
    answer = page.split('<div id="answer"')[1]
    assert "<script>alert" not in page
    assert "<b>" not in page
    assert not set(answer) & {"\x1b", "\0", "\u202e", "\u2066", "\ud800"}
    for shown in ("␛", "␀", "202E", "2066"):
        assert f'data-shown="{shown}"' in answer


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"text",
        b"text=%ED%A0%80",
        b"text=%FF%00",
        b"text=\xff\xfe\xed\xa0\x80",
        b"&&==%&text=%zz",
        b"text=a&text=b&to=%00",
        b'--x\r\ncontent-disposition: form-data; name="text"\r\n\r\na\r\n--x--',
        b"a&" * 100_000,
    ],
)
@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "text/plain; charset=klingon", "multipart/form-data", ""]
)
def test_a_crafted_form_is_no_error(calculate: Calculate, body: bytes, content_type: str) -> None:
    page = calculate(body, **{"Content-Type": content_type})
    assert page.status_code == 200
    assert "segment" in summary(page.text)


@pytest.mark.parametrize("query", ["text=%ED%A0%80%FF", "text=%00", "to=%FF", "&&=%"])
def test_a_crafted_query_is_no_error(show: Calculate, query: str) -> None:
    assert show(f"?{query}").status_code == 200


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=300))
def test_any_text_comes_back_and_is_counted_as_smsgate_counts_it(calculate: Calculate, text: str) -> None:
    page = calculate({"text": text}).text
    analysis = analyse(text)
    assert typed(page) == text
    assert summary(page).startswith(f"{analysis.encoding}, {analysis.segments} segment")
    assert summary(page).endswith(f", {analysis.remaining} left")
    shown = min(len(text), sum(1 for _ in text))
    assert page.count('class="cell') == shown if analysis.segments <= 10 else True


def test_the_end_of_a_line_is_one_character_with_and_without_a_script(calculate: Calculate) -> None:
    page = calculate({"text": "\r\na\r\n"}).text
    assert (typed(page), summary(page)) == ("\na\n", "GSM-7, 1 segment, 157 left")


def test_a_text_that_is_too_long_is_refused_on_the_page(calculate: Calculate) -> None:
    for text in ("a" * (LONGEST + 1), "a" * MOST_OCTETS):
        page = calculate({"text": text, "apply": "cheaper"})
        assert page.status_code == 200
        assert "The text has more than 20,000 characters" in page.text
        assert 'class="cell' not in page.text
    assert "The text has more" in calculate({"text": "a", "more": "a" * MOST_OCTETS}).text
    assert "GSM-7, 131 segments" in summary(calculate({"text": "a" * LONGEST}).text)


def test_a_text_of_more_than_255_segments_is_counted_and_cannot_be_sent(calculate: Calculate) -> None:
    page = calculate({"text": "Я" * LONGEST}).text
    assert "UCS-2, 299 segments" in summary(page)
    assert "this text cannot be sent as one" in page


def test_a_long_text_is_shown_ten_segments_at_a_time(calculate: Calculate) -> None:
    text = "a" * 153 * 25
    sizes = {}
    for first in ("", "1", "10", "11", "21", "25", "26", "0"):
        page = calculate({"text": text, "first": first}).text
        (shown,) = re.findall(r"Segments (\d+ to \d+ of 25)", page)
        sizes[first] = (shown, page.count('class="cell'))
    begin, middle, end = ("1 to 10 of 25", 1530), ("11 to 20 of 25", 1530), ("21 to 25 of 25", 765)
    assert sizes == {
        **dict.fromkeys(["", "0", "1", "10"], begin),
        "11": middle,
        **dict.fromkeys(["21", "25", "26"], end),
    }


def test_no_page_writes_a_text_into_an_address(calculate: Calculate) -> None:
    page = calculate({"text": "secret-4711"}).text
    assert not [address for address in re.findall(r'(?:href|src|action|hx-get)="([^"]*)', page) if "4711" in address]
    assert '<form id="question" class="question" method="post" action="/segments"' in page


def test_without_prices_the_page_says_where_they_come_from(session: requests.Session) -> None:
    with Sandbox(vendors=["zoomconnect"]) as sandbox:
        page = session.get(f"http://127.0.0.1:{sandbox.port}/segments", timeout=10).text
    assert "smsgate analyse --web" in page
    assert 'name="to"' not in page
