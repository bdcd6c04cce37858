import pytest
from attrs import evolve

from smsgate import Contact, Group, InvalidMessageError, NotFoundError, Provider, ProviderError, UnsupportedError
from smsgate.sandbox import Fault, Sandbox
from smsgate.testing import StubTransport, answer
from smsgate_zoomconnect import ZoomConnect, ZoomConnectSettings
from smsgate_zoomconnect.answers import as_number

UNKNOWN_ID = "5a757c7b7736b6c1d340ffff"


def bare(contact: Contact) -> Contact:
    return evolve(contact, raw={})


def stubbed(*answers: object) -> tuple[Provider, StubTransport]:
    settings = ZoomConnectSettings(email="ops@example.com", token="t0ken-of-the-tests")
    stub = StubTransport(answer(200, said) for said in answers)
    return Provider("zoom", ZoomConnect(settings, provider="zoom"), stub), stub


# Contacts -------------------------------------------------------------------------------------------------------------


def test_a_contact_is_created_read_found_and_deleted(provider: Provider) -> None:
    made = provider.contacts.create("082 123 4567", first_name="Ada", last_name="Lovelace", title="Lady", region="ZA")
    assert bare(made) == Contact(
        provider="zoom", id=made.id, number="+27821234567", first_name="Ada", last_name="Lovelace", title="Lady"
    )
    assert bare(provider.contacts.get(made.id)) == bare(made)
    assert provider.contacts.find("+27821234567") == provider.contacts.get(made.id)
    provider.contacts.delete(made.id)
    with pytest.raises(NotFoundError):
        provider.contacts.get(made.id)


def test_an_update_changes_what_is_given_and_nothing_else(provider: Provider, asked: list[str]) -> None:
    made = provider.contacts.create("+27821234567", first_name="Ada", last_name="Lovelace", title="Lady")
    changed = provider.contacts.update(made.id, last_name="King")
    assert bare(changed) == evolve(bare(made), last_name="King")
    assert bare(provider.contacts.get(made.id)) == bare(changed)
    assert asked[1:3] == ["GET contacts/{contact_id}", "POST contacts/{contact_id}"]


def test_an_update_of_an_unknown_contact_writes_nothing(provider: Provider, asked: list[str]) -> None:
    with pytest.raises(NotFoundError):
        provider.contacts.update(UNKNOWN_ID, last_name="King")
    assert asked == ["GET contacts/{contact_id}"]


def test_contacts_come_page_by_page_as_they_are_needed(provider: Provider, asked: list[str]) -> None:
    made = [provider.contacts.create(f"+2782123456{digit}") for digit in range(5)]
    del asked[:]
    contacts = provider.contacts.list()
    assert asked == []
    assert [next(contacts).id, next(contacts).id] == [made[0].id, made[1].id]
    assert len(asked) == 1
    assert [contact.id for contact in contacts] == [contact.id for contact in made[2:]]
    assert len(asked) == 3


def test_fields_and_a_search_that_the_vendor_does_not_have_are_refused_by_name(
    provider: Provider, asked: list[str]
) -> None:
    with pytest.raises(UnsupportedError, match=r"contacts of zoom have no company, email"):
        provider.contacts.create("+27821234567", email="ada@example.com", company="Engines")
    with pytest.raises(UnsupportedError, match=r"zoom \(zoomconnect\) has no search of contacts"):
        next(provider.contacts.list(search="Ada"))
    assert asked == []


@pytest.mark.parametrize("number", ["", "Ada", "12"])
def test_a_contact_without_a_number_is_refused_here(number: str, provider: Provider, asked: list[str]) -> None:
    with pytest.raises(InvalidMessageError):
        provider.contacts.create(number, first_name="Ada")
    assert asked == []


def test_a_contact_that_the_vendor_refuses_has_the_vendors_reason(provider: Provider) -> None:
    with pytest.raises(ProviderError, match="Invalid mobile number") as caught:
        provider.contacts.create("+27111234567", first_name="Ada")  # no mobile
    assert (type(caught.value), caught.value.code) == (ProviderError, "2")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("+27821234567", "+27821234567"),
        ("27821234567", "+27821234567"),
        ("0821234567", "+27821234567"),
        ("082 123 4567", "+27821234567"),
        ("447700900123", "+447700900123"),
        ("32123", "32123"),
        ("ACME", "ACME"),
        ("+12", "+12"),
        ("", None),
        (None, None),
    ],
)
def test_numbers_are_read_as_e164_where_they_can_be(written: str | None, read: str | None) -> None:
    assert as_number(written) == read


# Groups ---------------------------------------------------------------------------------------------------------------


def test_a_group_is_created_renamed_filled_and_deleted(sandbox: Sandbox, provider: Provider) -> None:
    group = provider.groups.create("Friends")
    assert evolve(group, raw={}) == Group(provider="zoom", id=group.id, name="Friends")
    contact = provider.contacts.create("+27821234567")
    provider.groups.add(group.id, contact.id)
    assert sandbox.members("zoomconnect", group.id) == {contact.id}
    provider.groups.remove(group.id, contact.id)
    assert sandbox.members("zoomconnect", group.id) == set()
    assert provider.groups.update(group.id, name="Family").name == provider.groups.get(group.id).name == "Family"
    provider.groups.delete(group.id)
    assert list(provider.groups.list()) == []


def test_groups_come_page_by_page(provider: Provider) -> None:
    made = [provider.groups.create(name).id for name in "abc"]
    assert [group.id for group in provider.groups.list()] == made


def test_adding_to_a_group_posts(provider: Provider, asked: list[str]) -> None:
    with pytest.raises(NotFoundError):
        provider.groups.add(UNKNOWN_ID, UNKNOWN_ID)
    with pytest.raises(NotFoundError):
        provider.groups.remove(UNKNOWN_ID, UNKNOWN_ID)
    assert asked == [
        "POST groups/{group_id}/addContact/{contact_id}",
        "POST groups/{group_id}/removeContact/{contact_id}",
    ]


@pytest.mark.parametrize("name", ["", "  ", "x" * 10_000, "two\nlines"])
def test_a_name_that_no_group_can_have_is_refused_here(name: str, provider: Provider, asked: list[str]) -> None:
    with pytest.raises(InvalidMessageError, match="a group's name"):
        provider.groups.create(name)
    assert asked == []


def test_who_is_in_a_group_cannot_be_asked(provider: Provider) -> None:
    with pytest.raises(UnsupportedError, match=r"zoom \(zoomconnect\) has no groups.members"):
        list(provider.groups.members("1"))


# Templates ------------------------------------------------------------------------------------------------------------


def test_a_template_is_read_filled_sent_and_deleted(sandbox: Sandbox, provider: Provider) -> None:
    template_id = sandbox.add_template("zoomconnect", "Code", "Hi {name}, your code is {code}.")
    template = provider.templates.get(template_id)
    provider.send(template.render("+27821234567", name="Ada {Lovelace}", code="4711"))
    assert sandbox.texts[0].text == "Hi Ada {Lovelace}, your code is 4711."
    assert [each.name for each in provider.templates.list()] == ["Welcome", "Reminder", "Code"]
    provider.templates.delete(template_id)
    with pytest.raises(NotFoundError):
        provider.templates.get(template_id)


# Pages ----------------------------------------------------------------------------------------------------------------


def contacts(*ids: str, href: str | None = None, **more: object) -> dict[str, object]:
    links = [{"rel": "self", "href": "contacts/all"}, {"rel": "next", "href": href, **more}] if href is not None else []
    return {"webServiceContacts": [{"contactId": id_} for id_ in ids], "links": links}


@pytest.mark.parametrize(
    "href",
    [
        "https://www.zoomconnect.com/app/api/rest/v1/contacts/all?page=2",
        "https://elsewhere.example/admin?page=2&token=t0ken-of-the-tests&email=ops%40example.com",
        "//elsewhere.example/?page=2",
        "?page=2",
    ],
)
def test_of_a_link_to_the_next_page_only_the_query_is_followed(href: str) -> None:
    provider, stub = stubbed(contacts("1", href=href), contacts("2"))
    assert [contact.id for contact in provider.contacts.list()] == ["1", "2"]
    assert [(str(request), dict(request.query)) for request in stub.requests] == [
        ("GET contacts/all", {}),
        ("GET contacts/all", {"page": "2"}),
    ]


@pytest.mark.parametrize("link", [{"href": "?page={page}", "templated": True}, {"href": "contacts/all"}, {"href": ""}])
def test_a_link_that_does_not_say_which_page_is_an_error_and_no_end(link: dict[str, object]) -> None:
    provider, _ = stubbed(contacts("1", **link))  # type: ignore[arg-type]
    with pytest.raises(ProviderError, match="its link does not say which"):
        list(provider.contacts.list())


def test_a_page_that_points_at_itself_ends() -> None:
    provider, stub = stubbed(*[contacts("1", href="?page=2")] * 9)
    with pytest.raises(ProviderError, match="repeats itself"):
        list(provider.contacts.list())
    assert len(stub.requests) == 2


def test_a_list_whose_pages_come_round_again_ends() -> None:
    pages = [contacts(str(page), href=f"?page={2 + page % 3}") for page in range(1, 9)]
    provider, stub = stubbed(*pages)
    with pytest.raises(ProviderError, match="repeats itself"):
        list(provider.contacts.list())
    assert len(stub.requests) == 4


# Failures -------------------------------------------------------------------------------------------------------------


def test_what_makes_or_deletes_something_is_asked_once_whatever_happens(
    sandbox: Sandbox, provider: Provider, asked: list[str]
) -> None:
    made = provider.contacts.create("+27821234567")
    del asked[:]
    sandbox.misbehave("zoomconnect", Fault.UNAVAILABLE, times=None)
    with pytest.raises(ProviderError):
        provider.contacts.delete(made.id)
    with pytest.raises(ProviderError):
        provider.contacts.create("+27821234568")
    with pytest.raises(ProviderError):
        provider.groups.create("Friends")
    assert asked == ["DELETE contacts/{contact_id}", "POST contacts/create", "POST groups/create"]
