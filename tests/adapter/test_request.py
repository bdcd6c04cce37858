"""Requests and answers as values: ids stay in their step of the path, and JSON is JSON or nothing."""

import json
from decimal import Decimal
from urllib.parse import unquote

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from smsgate import Answer, MalformedAnswerError, NotFoundError, Request
from smsgate import given as with_values

JSON = {"content-type": "application/json"}


@frozen
class Reply:
    name: str
    count: int = 0


def said(body: bytes, kind: str = "application/json") -> Answer:
    return Answer(200, {"content-type": kind}, body, asked="GET messages/{id}")


# Requests ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_id", "path"),
    [
        ("5a757c7b7736b6c1d340a0db", "messages/5a757c7b7736b6c1d340a0db/read"),
        ("../../admin", "messages/..%2F..%2Fadmin/read"),
        ("a?b=c#d", "messages/a%3Fb%3Dc%23d/read"),
        ("a b%2e", "messages/a%20b%252e/read"),
        ("é👍", "messages/%C3%A9%F0%9F%91%8D/read"),
        ("{other}", "messages/%7Bother%7D/read"),
        ("...", "messages/.../read"),
        ("a\r\nHost: evil", "messages/a%0D%0AHost%3A%20evil/read"),
    ],
)
def test_an_id_is_quoted(given_id: str, path: str) -> None:
    assert Request("GET", "messages/{id}/read", ids={"id": given_id}).quoted_path == path


@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: text not in {".", ".."}))
def test_no_id_leaves_its_step_of_the_path(given_id: str) -> None:
    before, step, after = Request("GET", "a/{id}/b", ids={"id": given_id}).quoted_path.split("/")
    assert (before, unquote(step, errors="strict"), after) == ("a", given_id, "b")
    assert step.isascii()
    assert not set(step) & set("?#\\ ")


@pytest.mark.parametrize("given_id", ["", ".", "..", "\ud800"])
def test_an_id_that_fits_no_path_is_not_found(given_id: str) -> None:
    with pytest.raises(NotFoundError, match="nothing has the id"):
        Request("GET", "messages/{id}", ids={"id": given_id})


def test_an_id_is_a_str() -> None:
    with pytest.raises(TypeError, match="the id must be a str, got int"):
        Request("GET", "messages/{id}", ids={"id": 5})  # type: ignore[dict-item]


@pytest.mark.parametrize("path", ["/sms/send", "https://evil/sms/send", "sms/send?a=b", "sms/send#x"])
def test_a_path_is_relative_and_has_no_query(path: str) -> None:
    with pytest.raises(ValueError, match="relative to base_url"):
        Request("POST", path)


def test_a_request_shows_neither_its_ids_nor_its_body() -> None:
    request = Request("POST", "a/{id}", ids={"id": "x"}, json={"to": "+27"}, query={"q": "1"}, headers={"h": "2"})
    assert str(request) == "POST a/{id}"
    assert not {"+27", "'q'", "'h'"} & set(repr(request).replace(":", " ").split())


# Answers -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/problem+json"],
)
def test_json_is_read_where_it_is_said_to_be_json(kind: str) -> None:
    assert said(b'{"name": "a", "count": 2}', kind).read(Reply) == Reply("a", 2)


@pytest.mark.parametrize("kind", ["text/html", "", "text/json", "application/jsonp", "application/json-patch"])
def test_nothing_else_is_read_as_json(kind: str) -> None:
    with pytest.raises(MalformedAnswerError, match="not JSON"):
        said(b'{"name": "a"}', kind).read(Reply)


def test_an_answer_without_a_type_is_not_json() -> None:
    with pytest.raises(MalformedAnswerError, match="is of no type, not JSON"):
        Answer(200, {}, b"{}").json()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"name": "a"',
        b"<html></html>",
        b'{"name": NaN}',
        b"[Infinity]",
        b"-Infinity",
        b"\xff\xfe{}",
        b'{"name": "\xff"}',
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"9" * 5_000,
        b"1e99999999999999999999",
        b"-1e-99999999999999999999",
        b'{"name": "a"} {"name": "b"}',
        b"\0",
    ],
    ids=lambda body: ascii(body[:20]),
)
def test_what_is_not_json_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedAnswerError) as raised:
        said(body).json()
    length = f"{len(body):,} bytes"
    told = f"the answer to GET messages/{{id}} (status 200, {length}) is declared as JSON and is not valid JSON"
    assert str(raised.value) == told
    assert raised.value.code == "200"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"[]", "it must be a table, got a list"),
        (b"null", "it must be a table, got nothing"),
        (b"{}", "name is missing"),
        (b'{"name": null}', "name must be text, got nothing"),
        (b'{"name": 5}', "name must be text, got a whole number"),
        (b'{"name": "a", "count": "2"}', "count must be a whole number, got text"),
        (b'{"name": "a", "count": 7.9}', "count must be a whole number, got a number"),
        (b'{"name": "a", "count": true}', "count must be a whole number, got true or false"),
    ],
)
def test_json_of_the_wrong_shape_is_malformed(body: bytes, what: str) -> None:
    with pytest.raises(MalformedAnswerError) as raised:
        said(body).read(Reply)
    assert str(raised.value).endswith(f"has the wrong shape: {what}")


@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_malformed(body: bytes) -> None:
    try:
        parsed = said(body).json()
    except MalformedAnswerError:
        with pytest.raises((ValueError, ArithmeticError)):
            json.loads(body, parse_float=Decimal, parse_constant=int)
    else:
        assert parsed == json.loads(body, parse_float=Decimal)


def test_fractions_are_exact() -> None:
    assert said(b"[0.1, 12.50, 3]").json() == [Decimal("0.1"), Decimal("12.50"), 3]


def test_a_mebibyte_is_read() -> None:
    body = b'{"name": "%s"}' % (b"x" * (1024 * 1024 - 12))
    assert len(body) == 1024 * 1024
    assert len(said(body).read(Reply).name) == 1024 * 1024 - 12


def test_a_malformed_answer_does_not_quote_the_answer() -> None:
    for body in (b"SECRET", b'{"name": ["SECRET"]}', b'{"name": "a", "count": "SECRET"}'):
        with pytest.raises(MalformedAnswerError) as raised:
            said(body).read(Reply)
        assert "SECRET" not in repr(raised.value)
    assert "SECRET" not in repr(Answer(200, {"x": "SECRET"}, b"SECRET"))


def test_the_raw_answer_is_a_table() -> None:
    assert said(b'{"a": 1, "b": null}').raw() == {"a": 1, "b": None}
    assert said(b"[1]").raw() == {"answer": [1]}
    assert said(b"2.5").raw() == {"answer": Decimal("2.5")}


@pytest.mark.parametrize(("status", "ok"), [(199, False), (200, True), (204, True), (299, True), (300, False)])
def test_an_answer_is_ok_in_2xx(status: int, ok: bool) -> None:  # noqa: FBT001 - a parameter of the table
    assert Answer(status).ok is ok


def test_fields_without_a_value_are_left_out() -> None:
    assert with_values({"a": None, "b": "", "c": 0}) == {"b": "", "c": 0}
