"""A provider's name that now means another account never answers for the messages that the old one may have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from attrs import field, frozen

from smsgate import (
    ConfigError,
    Gateway,
    KeepText,
    OnUnknown,
    Outcome,
    Provider,
    Request,
    Route,
    Settings,
    State,
    UnknownOutcomeError,
)
from smsgate.journal import JournalSettings
from smsgate.testing import answer
from tests.journal_at import journal_at, rows
from tests.plain_adapter import LOST, OK, Line, Said, message
from tests.sending.test_unknowns import Quick

SECRET = "CANARY-5f0e7a"


@frozen(kw_only=True)
class Known(Settings):
    """Has a user's name and a token."""

    base_url: str = "http://127.0.0.1"
    user: str | None = "old"
    token: str = field(default=SECRET, repr=False)

    @property
    def account_identity(self) -> Sequence[str]:
        return ("user",)


class Old(Quick):
    """The vendor that was asked first."""

    name = "oldvendor"
    Settings = Known


class New(Old):
    """Another vendor's adapter."""

    name = "newvendor"


class Vendor(Line):
    """Loses the answers to sends, and shows what it has."""

    def __init__(self, *, has: bool = False, sends: Said = LOST) -> None:
        super().__init__(self._say)
        self.has = has
        self.sends = sends

    def _say(self, request: Request) -> Said:
        return self.sends if request.method == "POST" else answer(json=self.has)

    @property
    def looked(self) -> int:
        return sum(request.method == "GET" for request in self.requests)


def account(
    line: Line, name: str = "sms", adapter: type[Old] = Old, user: str | None = "old", token: str = SECRET
) -> Provider:
    return Provider(name, adapter(Known(user=user, token=token), provider=name), line)


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> str:
    return str(tmp_path / "journal.db")


@contextmanager
def opened(path: str | JournalSettings, *accounts: Provider, route: Route | None = None) -> Iterator[Gateway]:
    with Gateway(accounts, route=route, journal=journal_at(path)) as gateway:
        yield gateway


@pytest.fixture(name="unknown")
def _unknown(path: str) -> int:
    """An entry that the account "old" of the first vendor may have."""
    with opened(path, account(Vendor())) as gateway:
        [_] = gateway.send_bulk([message(key="k")])
        [entry] = gateway.unknowns.list()
        assert [each.account for each in entry.asked] == [gateway.provider("sms").account]
        return entry.id


SWAPS = {
    "another vendor": (
        {"adapter": New},
        "sms: this name was an account of oldvendor when it was asked, and is one of newvendor now; ",
    ),
    "another account": ({"user": "new"}, "sms: this name was another account of oldvendor when it was asked; "),
}


@pytest.mark.parametrize("swap", SWAPS)
def test_another_account_under_the_name_is_not_asked_and_nothing_is_sent(path: str, unknown: int, swap: str) -> None:
    change, why = SWAPS[swap]
    line = Vendor(sends=OK)
    with opened(path, account(line, **change)) as gateway:  # type: ignore[arg-type]
        with pytest.raises(UnknownOutcomeError) as refused:
            gateway.unknowns.reconcile(unknown)
        fix = f"put the old account back under it, or mark the entry: smsgate unknown resolve {unknown}"
        assert str(refused.value) == why + fix
        assert gateway.unknowns.get(unknown).state is State.UNKNOWN
        [again] = gateway.send_bulk([message(key="k")])
        assert (again.outcome, line.requests) == (Outcome.UNKNOWN, [])


def test_the_refusal_shows_neither_a_secret_nor_the_hash(path: str, unknown: int) -> None:
    new = account(Vendor(), user="new", token=f"{SECRET}-too")
    with opened(path, new) as gateway, pytest.raises(UnknownOutcomeError) as refused:
        gateway.unknowns.reconcile(unknown)
    assert SECRET not in str(refused.value)
    assert new.account.partition(":")[2] not in str(refused.value)
    assert all(SECRET not in repr(row) for row in rows(path, "SELECT submissions FROM entries"))


def test_a_secret_that_was_rotated_is_the_same_account(path: str, unknown: int) -> None:
    with opened(path, account(Vendor(), token="another")) as gateway:
        assert gateway.unknowns.reconcile(unknown).state is State.NOT_SENT


def test_the_old_account_put_back_is_asked(path: str, unknown: int) -> None:
    with opened(path, account(Vendor(), user="new")) as gateway, pytest.raises(UnknownOutcomeError):
        gateway.unknowns.reconcile(unknown)
    with opened(path, account(Vendor(has=True)), account(Vendor(), name="next", user="new")) as gateway:
        assert gateway.unknowns.reconcile(unknown).state is State.ACCEPTED


def test_an_account_that_was_renamed_is_named_and_not_asked(path: str, unknown: int) -> None:
    new, old = Vendor(), Vendor()
    with opened(path, account(new, user="new"), account(old, name="former")) as gateway:
        with pytest.raises(UnknownOutcomeError, match="asked, and that account is 'former' now; put the old"):
            gateway.unknowns.reconcile(unknown)
        assert gateway.unknowns.get(unknown).state is State.UNKNOWN
    with opened(path, account(old, name="former")) as gateway:
        with pytest.raises(ConfigError, match="is not in the settings, and that account is 'former' now; put it back"):
            gateway.unknowns.reconcile(unknown)
        assert gateway.unknowns.get(unknown).state is State.UNKNOWN
    assert (new.requests, old.requests) == ([], [])


def test_no_other_name_is_given_for_an_account_that_is_not_identified(path: str) -> None:
    """It may be another one of that vendor: under the old name, its "not there" would be believed."""
    with opened(path, account(Vendor(), user=None)) as gateway:
        [_] = gateway.send_bulk([message()])
        [entry] = gateway.unknowns.list()
    second = account(Vendor(), name="second", user=None)
    with opened(path, second) as gateway, pytest.raises(ConfigError, match="is not in the settings; put it back"):
        gateway.unknowns.reconcile(entry.id)


def test_an_entry_of_an_earlier_version_is_asked_of_whatever_has_the_name(path: str, unknown: int) -> None:
    rows(path, "UPDATE entries SET submissions = json_remove(submissions, '$[0][6]')")
    with opened(path, account(Vendor(), adapter=New)) as gateway:
        assert [each.account for each in gateway.unknowns.get(unknown).asked] == [None]
        assert gateway.unknowns.reconcile(unknown).state is State.NOT_SENT


def test_one_may_be_marked_by_hand_and_is_sent_by_the_new_account_then(path: str, unknown: int) -> None:
    with opened(path, account(Vendor(sends=OK), user="new")) as gateway:
        gateway.unknowns.resolve(unknown, Outcome.NOT_SENT)
        assert gateway.send(message(key="k")).outcome is Outcome.ACCEPTED


def test_one_that_the_new_account_sent_again_is_not_there_only_if_both_say_so(path: str, unknown: int) -> None:
    new = Vendor()
    with opened(path, account(new, user="new")) as gateway:
        with pytest.raises(UnknownOutcomeError, match="the connection was cut"):
            gateway.unknowns.resend(unknown)
        old_and_new = [each.account for each in gateway.unknowns.get(unknown).asked]
        assert old_and_new == [account(Vendor()).account, gateway.provider("sms").account]
        with pytest.raises(UnknownOutcomeError, match="was another account of oldvendor"):
            gateway.unknowns.reconcile(unknown)
        assert (new.looked, gateway.unknowns.get(unknown).state) == (1, State.UNKNOWN)
        new.has = True
        assert gateway.unknowns.reconcile(unknown).state is State.ACCEPTED


def test_what_the_other_provider_has_settles_it_though_one_is_out_of_reach(path: str) -> None:
    route = Route(name="r", providers=("sms", "b"), on_unknown=OnUnknown.FAILOVER)
    with opened(path, account(Vendor()), account(Vendor(), name="b", user="b"), route=route) as gateway:
        [_] = gateway.send_bulk([message()])
        [entry] = gateway.unknowns.list()
        assert [each.account for each in entry.asked] == [gateway.provider(name).account for name in route.providers]
    other = Vendor()
    with opened(path, account(Vendor(), user="new"), account(other, name="b", user="b"), route=route) as gateway:
        with pytest.raises(UnknownOutcomeError, match="was another account"):
            gateway.unknowns.reconcile(entry.id)
        other.has = True
        found = gateway.unknowns.reconcile(entry.id)
        assert (found.state, found.recorded and found.recorded.provider) == (State.ACCEPTED, "b")


def test_it_is_known_where_texts_are_not_kept_too(path: str) -> None:
    hashed = JournalSettings(path=path, text=KeepText.HASH)
    with opened(hashed, account(Vendor())) as gateway:
        [_] = gateway.send_bulk([message()])
        [entry] = gateway.unknowns.list()
    with opened(hashed, account(Vendor(), user="new")) as gateway, pytest.raises(UnknownOutcomeError, match="another"):
        gateway.unknowns.reconcile(entry.id, message())
