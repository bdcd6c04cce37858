from __future__ import annotations

import json
import re

import pytest

from smsgate.sandbox import Sandbox
from tests.sandbox.inbox.conftest import Visit

ANN = "+27821234567"
SCRIPT = "<script>alert(1)</script>"
HOSTILE = {
    "html": SCRIPT + "\"'><img src=x onerror=alert(1)>",
    "template": "{{ 7 * 7 }}{% raise %}",
    "controls": "a\x00b\x07c\x1b[31md\x7f\x9fe",
    "override": "\u202egnp.exe\u202c \u2066x\u2069 \u200f",
    "surrogate": "half \ud83d of a pair \udc00",
    "noncharacters": "\ufffe\uffff\U0010ffff",
    "long word": "w" * 5_000,
    "empty": "",
    "lines": "\n\r\n\t  \n",
    "combining": "Z" + "\u0301" * 500,
    "entities": "&lt;b&gt; &amp; &#x202e;",
    "emoji": "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿",
}
PAGES = [
    "/",
    f"/phones/{ANN}",
    "/texts/1",
    "/?q=a",
    "/?part=phones",
    "/?part=status",
    "/requests",
    "/vendors/zoomconnect",
]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_breaks_a_page_or_becomes_part_of_it(visit: Visit, sandbox: Sandbox, text: str) -> None:
    sandbox.receive("zoomconnect", ANN, text)
    for path in PAGES:
        answer = visit(path, part="part=" in path)
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "<script>" not in page
        assert "<img src=x" not in page
        assert "49{%" not in page
        assert re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200f]", page) == []


def test_characters_that_cannot_be_seen_are_shown_by_their_code_points(visit: Visit, sandbox: Sandbox) -> None:
    sandbox.receive("zoomconnect", ANN, "a\u202eb\x00c\ud83d")
    shown = re.findall(r'class="hidden-character" title="([^"]+)">([^<]+)<', visit("/texts/1").text)
    assert shown[:3] == [
        ("U+202E RIGHT-TO-LEFT OVERRIDE", "U+202E"),
        ("U+0000 CONTROL", "U+0000"),
        ("U+D83D NO NAME", "U+D83D"),
    ]


@pytest.mark.parametrize("number", [SCRIPT, "+27/../82", "a b&c=d?e#f", "\u202e+27", "\ud83d", "%2e%2e", "x" * 3_000])
def test_any_number_has_a_page(visit: Visit, sandbox: Sandbox, number: str) -> None:
    sandbox.receive("zoomconnect", number, "hi")
    page = visit("/").text
    assert "<script>" not in page
    [path] = set(re.findall(r'<a href="(/phones/[^"]+)"', page))
    answer = visit(path.replace("&amp;", "&"))
    assert answer.status_code == 200
    if number != "\ud83d":  # no path can name it
        assert '<span class="segment">hi</span>' in answer.text


def test_the_export_has_every_text_unchanged_in_ascii(visit: Visit, sandbox: Sandbox) -> None:
    for text in HOSTILE.values():
        sandbox.receive("zoomconnect", ANN, text)
    answer = visit("/export.json")
    assert answer.content.isascii()
    assert [one["text"] for one in json.loads(answer.content)["texts"]] == [*HOSTILE.values()]


@pytest.mark.parametrize("search", [SCRIPT, "\u202e", '"><b>', "%"])
def test_what_is_searched_for_is_escaped_too(visit: Visit, search: str) -> None:
    from urllib.parse import quote

    page = visit(f"/?q={quote(search)}").text
    assert "<script>" not in page
    assert '"><b>' not in page
    assert "\u202e" not in page
