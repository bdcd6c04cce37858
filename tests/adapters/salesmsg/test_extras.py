"""Contacts sorted and filtered in Salesmsg's own words, over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smsgate import Provider, UnsupportedError
from smsgate_salesmsg import ContactFilter, ContactOrder, SalesmsgExtras

PEOPLE = {"+12025550101": "Grace", "+12025550102": "Ada", "+12025550103": "Edsger", "+12025550104": "Ada"}


def extras(sales: Provider) -> SalesmsgExtras:
    for number, name in PEOPLE.items():
        sales.contacts.create(number, first_name=name)
    vendor = sales.vendor
    assert isinstance(vendor, SalesmsgExtras)
    return vendor


def test_contacts_are_sorted_by_a_field_either_way(sales: Provider) -> None:
    vendor = extras(sales)
    upwards = [contact.first_name for contact in vendor.contacts(order=ContactOrder("first_name"))]
    downwards = [contact.first_name for contact in vendor.contacts(order=ContactOrder("first_name", descending=True))]
    assert (upwards, downwards) == (["Ada", "Ada", "Edsger", "Grace"], ["Grace", "Edsger", "Ada", "Ada"])


def test_contacts_are_searched_and_sorted_at_once(sales: Provider) -> None:
    found = extras(sales).contacts(search="Ada", order=ContactOrder("number", descending=True))
    assert [contact.number for contact in found] == ["+12025550104", "+12025550102"]


def test_every_filter_must_fit(connected: Callable[..., Provider]) -> None:
    vendor = extras(connected(api_version="v2.2"))
    both = [ContactFilter("first_name", "is", "Ada"), ContactFilter("number", "contains", "0104")]
    assert [contact.number for contact in vendor.contacts(filters=both)] == ["+12025550104"]


def test_the_newer_version_has_no_filters_and_says_so(connected: Callable[..., Provider]) -> None:
    vendor = extras(connected(api_version="v2.3"))
    with pytest.raises(UnsupportedError, match=r"filters contacts in v2\.2 only"):
        vendor.contacts(filters=[ContactFilter("first_name", "is", "Ada")])
