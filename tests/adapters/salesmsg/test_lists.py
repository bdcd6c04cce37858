"""Lists in the shapes and with the page numbers that the vendor's documents and clients show."""

from typing import Any

import pytest
from attrs import evolve

from smsgate import MalformedAnswerError, Request
from smsgate.testing import answer
from smsgate_salesmsg.contacts import ContactReply
from smsgate_salesmsg.requests import read_page


def people(first: int, count: int) -> list[dict[str, object]]:
    return [{"id": id_, "number": f"+120255500{id_:02}"} for id_ in range(first, first + count)]


@pytest.mark.parametrize(
    "shape",
    [
        [{"id": 1}],
        {"data": [{"id": 1}], "meta": {"current_page": 1}},
        {"results": [{"id": 1}]},
        {"current_page": 1, "data": [{"id": 1}], "next_page_url": "https://core.salesmsg.local/api/v4/contacts?page=2"},
        {"data": {"conversations": [{"id": 1}]}},
    ],
)
def test_every_shape_of_a_list_is_read(shape: object) -> None:
    assert [each.raw for each in read_page(answer(json=shape), ContactReply).items] == [{"id": 1}]


@pytest.mark.parametrize("shape", [None, 5, "ok", {}, {"data": {"id": 1}}, {"meta": []}, {"meta": {"total": 3}}])
def test_what_is_no_list_of_objects_is_refused(shape: object) -> None:
    with pytest.raises(MalformedAnswerError, match="GET contacts has no list of objects"):
        read_page(evolve(answer(json=shape), asked="GET contacts"), ContactReply)


@pytest.mark.parametrize(
    ("count", "numbers", "following"),
    [
        (10, {"current_page": 1, "last_page": 2, "per_page": 10}, "2"),
        (10, {"current_page": 2, "last_page": 2, "per_page": 10}, None),
        (2, {"current_page": 1, "last_page": 28, "per_page": 10, "total": 15}, None),  # the guide's example
        (0, {"current_page": 3, "last_page": 28, "per_page": 10}, None),
        (25, {"current_page": 1, "last_page": 28, "per_page": 100}, None),
        (10, {}, "2"),  # a bare array: no page length is given, so one of the documented size may go on
        (9, {}, None),
        (10, {"current_page": 0}, "1"),
    ],
)
def test_a_list_ends_with_an_empty_or_a_short_page_or_the_last(
    count: int, numbers: dict[str, int], following: str | None
) -> None:
    for said in ({"data": people(1, count), **numbers}, {"data": people(1, count), "meta": numbers}):
        assert read_page(answer(json=said), ContactReply, 1).next == following


def test_pages_are_counted_and_no_address_is_followed(stubbed: Any) -> None:
    inside = {
        "next_page_url": "https://core.salesmsg.local/api/v4/contacts?page=7",
        "path": "https://core.salesmsg.local",
    }
    pages = [
        {"current_page": 1, "data": people(1, 10), "last_page": 9, "per_page": 10, **inside},
        {"current_page": 2, "data": people(11, 3), "last_page": 9, "per_page": 10, **inside},
    ]
    sales, stub = stubbed([answer(json=page) for page in pages])
    assert [contact.id for contact in sales.contacts.list(search="Ada")] == [str(id_) for id_ in range(1, 14)]
    assert [(request.quoted_path, request.query) for request in stub.requests] == [
        ("contacts", {"page": 1, "length": 100, "search": "Ada"}),
        ("contacts", {"page": 2, "length": 100, "search": "Ada"}),
    ]


@pytest.mark.parametrize("first", [0, 1])
def test_whether_the_vendor_counts_from_0_or_from_1_no_page_is_missed(stubbed: Any, first: int) -> None:
    def says(request: Request) -> Any:
        assert isinstance(request.json, dict)
        page = max(request.json["page"], first)
        start, last = 1 + 100 * (page - first), first + 2
        return answer(
            json={"data": people(start, 100), "meta": {"current_page": page, "last_page": last, "per_page": 100}}
        )

    sales, stub = stubbed(says, api_version="v2.3")
    assert len({contact.id for contact in sales.contacts.list()}) == 300
    assert len(stub.requests) == 3


def test_a_tag_is_found_on_whichever_page_it_is(stubbed: Any) -> None:
    def says(request: Request) -> Any:
        page = request.query["page"]
        assert isinstance(page, int)
        tags = [{"id": 10 * page + at, "label": f"tag {10 * page + at}"} for at in range(10)]
        return answer(json={"data": tags, "meta": {"current_page": page, "last_page": 3, "per_page": 10}})

    sales, stub = stubbed(says)
    assert sales.groups.get("25").name == "tag 25"
    assert [request.query["page"] for request in stub.requests] == [1, 2]


def test_a_membership_that_the_vendor_did_not_change_is_an_error(stubbed: Any) -> None:
    sales, _ = stubbed([answer(json={"type": "error", "message": "Tag is archived"}), answer(204)])
    with pytest.raises(Exception, match="Tag is archived"):
        sales.groups.add("1", "2")
    sales.groups.remove("1", "2")
