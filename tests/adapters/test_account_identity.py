"""Each adapter says which of its settings are the account; a secret that is rotated is none of them."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from smsgate import Adapter, Settings
from smsgate.adapter.account import account_of
from smsgate_bulksms import BulkSms
from smsgate_memory import Memory
from smsgate_salesbox import Salesbox
from smsgate_salesmsg import Salesmsg
from smsgate_telnyx import Telnyx
from smsgate_twilio import Twilio
from smsgate_vonage import Vonage
from smsgate_zoomconnect import ZoomConnect

SID, OTHER_SID = f"AC{'0' * 32}", f"AC{'1' * 32}"
KEY, OTHER_KEY = f"SK{'0' * 32}", f"SK{'1' * 32}"
CANARY = "CANARY-5f0e7a"
PAT = {"team_id": 7, "token": CANARY}
OAUTH = {"client_id": "app", "client_secret": CANARY, "refresh_token": CANARY}
APPLICATION = {"application_id": "app", "private_key": CANARY}
Given = dict[str, Any]

ACCOUNTS: list[tuple[type[Adapter[Any]], Given, list[Given], list[Given]]] = [
    (ZoomConnect, {"email": "a@example.com", "token": CANARY}, [{"token": "b"}], [{"email": "b@example.com"}]),
    (
        Salesmsg,
        PAT,
        [{"token": "b"}, {"token": None, **OAUTH}, {"api_version": "v2.3"}, {"number_id": 5}],
        [{"team_id": 8}],
    ),
    (Salesbox, {"token": CANARY}, [{"token": "b"}], [{"base_url": "https://other.example"}]),
    (
        Twilio,
        {"account_sid": SID, "auth_token": CANARY},
        [
            {"auth_token": "b"},
            {"secondary_token": "b"},
            {"key_sid": KEY, "key_secret": "b"},
            {"key_sid": OTHER_KEY, "key_secret": "b"},
        ],
        [{"account_sid": OTHER_SID}, {"base_url": f"https://api.dublin.ie1.twilio.com/2010-04-01/Accounts/{SID}"}],
    ),
    (BulkSms, {"token_id": "a", "token_secret": CANARY}, [{"token_secret": "b"}], [{"token_id": "b"}]),
    (
        Vonage,
        {"api_key": "a", "api_secret": CANARY},
        [{"api_secret": "b"}, {"signature_secret": "b"}, APPLICATION],
        [{"api_key": "b"}],
    ),
    (Vonage, APPLICATION, [{"private_key": "b"}], [{"application_id": "b"}]),
    (
        Telnyx,
        {"api_key": CANARY},
        [{"api_key": "b"}, {"messaging_profile_id": "b"}, {"public_key": "b"}],
        [{"base_url": "https://other.example"}],
    ),
    (Memory, {}, [{"rate": "5/s"}], []),
]


def account(adapter: type[Adapter[Any]], given: Given) -> str:
    return account_of(adapter.name, adapter.Settings(**given))


@pytest.mark.parametrize(("adapter", "given", "same", "others"), ACCOUNTS, ids=lambda each: getattr(each, "name", ""))
def test_a_new_secret_is_the_same_account_and_another_identity_is_not(
    adapter: type[Adapter[Any]], given: Given, same: list[Given], others: list[Given]
) -> None:
    own = account(adapter, given)
    assert own.startswith(f"{adapter.name}:")
    assert {account(adapter, {**given, **each}) for each in same} == {own}
    assert len({own, *(account(adapter, {**given, **each}) for each in others)}) == 1 + len(others)


@pytest.mark.parametrize(
    ("adapter", "given"), [each[:2] for each in ACCOUNTS], ids=lambda each: getattr(each, "name", "")
)
def test_no_hidden_setting_is_in_it(adapter: type[Adapter[Any]], given: Given) -> None:
    settings: Settings = adapter.Settings(**given)
    hidden = {each.name for each in attrs.fields(type(settings)) if each.repr is not True}
    assert hidden.isdisjoint(settings.account_identity)
    assert CANARY not in account(adapter, given)


def test_all_accounts_differ() -> None:
    names = [account(adapter, given) for adapter, given, *_ in ACCOUNTS]
    assert len({*names}) == len(names)
