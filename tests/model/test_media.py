"""A file of a message is a URL that every vendor can fetch, and shows no token."""

from __future__ import annotations

import pickle
import re
from urllib.parse import urlsplit

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import InvalidMessageError, Media, Message, Reply
from smsgate.model.media import MAX_URL

TO = "+27821234567"
URL = "https://cdn.example.com/a/picture@2x.png?token=s3cr3t-4711#top"


def refused(url: object, content_type: object = None) -> str:
    """Return why media are refused, in one line without a secret."""
    with pytest.raises(InvalidMessageError) as raised:
        Media(url, content_type)  # type: ignore[arg-type]
    told = str(raised.value)
    assert told.isprintable()
    assert len(told) < 400
    assert "s3cr3t" not in told
    return told


# One file ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["http://a", URL, "HTTPS://EXAMPLE.com/a.png", "https://[2001:db8::1]:8443/a", "https://a.example/%20?a=b"]
)
def test_an_absolute_url_is_kept_as_it_is_written(url: str) -> None:
    assert Media(url).url == url


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("picture.png", "must be absolute, such as https://example.com/picture.png, got 'picture.png'"),
        ("", "must be absolute"),
        ("//example.com/a.png", "must be absolute"),
        ("ftp://example.com/a.png?s3cr3t", "must be absolute, .* got 'ftp://example.com/a.png[?]...'"),
        ("file:///etc/passwd", "must be absolute"),
        ("data:image/png;base64,AAAA", "must be absolute"),
        ("https:///a.png", "must be absolute"),
        ("https://example.com:x/a.png", "must be absolute"),
        ("https://[::1/a.png", "must be absolute"),
        ("ftp://ann:s3cr3t@example.com/a", "must be absolute, .* got 'example.com/a'"),
        ("https://ann:s3cr3t@example.com/a", "URL for example.com has a user or password"),
        ("https://s3cr3t@example.com/a", "has a user or password"),
        ("https://@example.com/a", "has a user or password"),
        ("https://example.com/a b.png", "has ' ' at index 21, which no URL has; percent-encode it"),
        ("https://example.com/ä.png", "has 'ä' at index 20"),
        ("https://example.com/\n", r"has '\\n' at index 20"),
        ("https://example.com\\@evil.example", r"has '\\\\' at index 19"),
        ("https://example.com/\ud800", r"has '\\ud800' at index 20"),
        ("https://example.com/" + "x" * MAX_URL, "must have at most 2,048 characters, got 2,068"),
        (None, "must be a str, got NoneType"),
        (b"https://example.com", "must be a str, got bytes"),
    ],
)
def test_what_no_vendor_could_fetch_is_refused(url: object, why: str) -> None:
    assert re.search(why, refused(url))


def test_the_longest_url_is_taken() -> None:
    assert len(Media("https://example.com/".ljust(MAX_URL, "x")).url) == MAX_URL


@given(st.text(alphabet=st.characters(max_codepoint=0x200), max_size=40))
def test_any_other_text_is_refused_or_a_url_with_a_host_and_no_user(text: str) -> None:
    for url in (text, f"https://{text}"):
        try:
            kept = Media(url).url
        except InvalidMessageError:
            continue
        parts = urlsplit(kept)
        assert (kept, parts.scheme in {"http", "https"}, bool(parts.hostname)) == (url, True, True)
        assert (parts.username, parts.password) == (None, None)


def test_a_content_type_is_kept_in_lower_case() -> None:
    assert Media(URL, "Image/PNG").content_type == "image/png"
    assert Media(URL, "application/vnd.api+json").content_type == "application/vnd.api+json"


@pytest.mark.parametrize("wrong", ["png", "image/", "/png", "image/png; q=1", "image/png\n", "im age/png", "", 1])
def test_a_content_type_that_is_none_is_refused(wrong: object) -> None:
    assert "a content type must be such as image/png, got" in refused(URL, wrong)


def test_the_query_of_a_url_is_not_shown() -> None:
    media = Media(URL, "image/png")
    shown = "Media(url='https://cdn.example.com/a/picture@2x.png?...', content_type='image/png')"
    assert repr(media) == shown
    assert shown in repr(Message(TO, "Hello", media=[media]))
    assert shown in repr(Reply(message_id="1", sender=TO, text="", media=(media,)))
    assert repr(Media("https://a.example/b#s3cr3t")) == "Media(url='https://a.example/b', content_type=None)"


def test_media_are_values() -> None:
    assert Media(URL) == pickle.loads(pickle.dumps(Media(URL))) != Media(URL, "image/png")
    assert len({Media(URL), Media(URL), Media(f"{URL}2")}) == 2
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Media(URL).url = "other"  # type: ignore[misc]


# Of a message --------------------------------------------------------------------------------------------------------


def test_a_messages_media_may_be_given_as_urls() -> None:
    media = Media(URL, "image/png")
    assert Message(TO, "Hello", media=[URL, media]).media == (Media(URL), media)
    assert Message(TO, "Hello", media=iter([URL])).media == (Media(URL),)
    assert Message(TO, "Hello").media == Message(TO, "Hello", media=[]).media == ()


def test_a_text_may_be_empty_where_there_are_media() -> None:
    assert Message(TO, "", media=[URL]).text == ""
    with pytest.raises(InvalidMessageError, match=r"^a message's text is empty$"):
        Message(TO, "", media=[])


@pytest.mark.parametrize("wrong", [URL, Media(URL), None, 1])
def test_media_that_are_no_list_are_refused(wrong: object) -> None:
    why = f"^a message's media must be a list of URLs, got {type(wrong).__name__}; write \\[URL\\]$"
    with pytest.raises(InvalidMessageError, match=why):
        Message(TO, "Hello", media=wrong)  # type: ignore[arg-type]


def test_a_media_url_that_is_none_is_refused_with_the_message() -> None:
    with pytest.raises(InvalidMessageError, match=r"^a media URL must be absolute"):
        Message(TO, "Hello", media=[URL, "picture.png"])


# Of a reply ----------------------------------------------------------------------------------------------------------


def test_what_a_vendor_says_of_a_replys_files_is_read_and_what_is_no_url_left_out() -> None:
    said = [
        (URL, "image/JPEG; charset=x"),
        ("https://a.example/b", None),
        ("https://a.example/c", "none"),
        ("https://a.example/d", 7),
        (None, "image/png"),
        ("picture.png", "image/png"),
        ({"url": URL}, None),
    ]
    read = Media.received(said)
    assert [(each.url, each.content_type) for each in read] == [
        (URL, "image/jpeg"),
        ("https://a.example/b", None),
        ("https://a.example/c", None),
        ("https://a.example/d", None),
    ]
    assert Reply(message_id="1", sender=TO, text="", media=read).media == read
    assert Reply(message_id="1", sender=TO, text="Yes").media == ()
