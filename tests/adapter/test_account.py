"""Which account a provider is: the same text each time, another one for another account, and never a secret in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from attrs import Factory, field, frozen

from smsgate import Settings
from smsgate.adapter.account import account_of, adapter_of, is_identified


@frozen(kw_only=True)
class Named(Settings):
    """Knows its accounts by a name and a number."""

    region: str = "eu"
    base_url: str = Factory(lambda self: f"https://{self.region}.vendor.example/", takes_self=True)
    user: str | None = None
    number: int | None = None
    token: str = field(default="t0ken", repr=False)
    wanted: tuple[str, ...] = ("user", "number")

    @property
    def account_identity(self) -> Sequence[str]:
        return self.wanted


def account(settings: Settings, adapter: str = "vendor") -> str:
    return account_of(adapter, settings)


def test_it_is_short_and_says_the_adapter_alone() -> None:
    name = account(Named(user="ops@example.com", number=17))
    assert re.fullmatch("vendor:[0-9a-f]{12}", name)
    assert name == account(Named(user="ops@example.com", number=17))
    assert adapter_of(name) == "vendor"


def test_it_is_written_as_it_always_was() -> None:
    assert account(Named(user="ops@example.com", number=17)) == "vendor:4ad1ea502843"  # it is in journals


@pytest.mark.parametrize(
    "other", [Named(user="b"), Named(), Named(number=1), Named(user="a", base_url="https://vendor.example")], ids=repr
)
def test_another_identity_or_url_is_another_account(other: Named) -> None:
    assert account(other) != account(Named(user="a"))


@pytest.mark.parametrize(
    "same",
    [
        Named(user="a", token="another"),
        Named(user="a", region="us"),
        Named(user="a", base_url="https://eu.vendor.example"),
        Named(user="a", base_url="HTTPS://EU.Vendor.example:443/"),
        Named(user="a", deadline=5.0, proxy="http://127.0.0.1:9"),
    ],
    ids=["secret", "url of the adapter", "the same url", "otherwise written", "others"],
)
def test_what_else_is_set_changes_nothing(same: Named) -> None:
    assert account(same) == account(Named(user="a"))


def test_another_adapter_is_another_account() -> None:
    assert account(Named(user="a"), "another") != account(Named(user="a"))


def test_an_adapter_that_declares_nothing_is_known_by_its_name_and_url() -> None:
    one, other = Settings(base_url="https://one.example"), Settings(base_url="https://other.example")
    assert account(one) == account(Settings(base_url="https://one.example/", rate="5/s"))
    assert account(one) != account(other)


@pytest.mark.parametrize("name", ["token", "proxy", "pace_store", "tokn", "account_identity"])
def test_a_secret_or_what_is_no_setting_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match=f"Named.account_identity names '{name}', a secret or no setting"):
        account(Named(wanted=("user", name)))


def test_a_url_is_the_same_however_its_host_is_written_and_another_by_its_path() -> None:
    one = account(Settings(base_url="https://vendor.example/Api"))
    same = ["HTTPS://vendor.EXAMPLE/Api/", "https://vendor.example:443/Api"]
    assert {account(Settings(base_url=url)) for url in same} == {one}
    others = ["http://vendor.example:443/Api", "https://vendor.example/api", "https://vendor.example:8443/Api"]
    assert one not in {account(Settings(base_url=url)) for url in others}


@frozen(kw_only=True)
class Placed(Settings):
    """Knows the URL of a few regions, and takes the others'."""

    region: str = "eu"
    base_url: str = Factory(lambda self: {"eu": "https://eu.vendor.example"}[self.region], takes_self=True)


def test_a_url_that_was_set_needs_none_of_the_adapters_own() -> None:
    assert account(Placed(region="za", base_url="https://za.vendor.example")) != account(Placed())


def test_settings_identify_their_account_if_any_of_those_is_set() -> None:
    assert is_identified(Named(number=1))
    assert not is_identified(Named())
    assert not is_identified(Settings(base_url="https://one.example"))
