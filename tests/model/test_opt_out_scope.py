"""Which STOP silences which message: the rule, case by case, and that it never silences less than it must."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import ConfigError
from smsgate.model.opt_out_scope import EVERY_OPT_OUT, MessageScope, OptOutScopes, Programme, StopScope

ONE, TWO, THREE = "+27820001111", "+27820002222", "+27820003333"
PROGRAMMES = {
    "alerts": Programme(senders=(ONE, "Shop"), campaigns=("alerts",)),
    "news": Programme(senders=(TWO, "31234")),
    "polls": Programme(campaigns=("poll", "survey")),
}
DIVIDED = OptOutScopes(programmes=PROGRAMMES, region="ZA")
BY_SENDER = OptOutScopes(scope=StopScope.SENDER, programmes=PROGRAMMES, region="ZA")
ONLY_SENDERS = OptOutScopes(scope=StopScope.SENDER, region="ZA")


@pytest.mark.parametrize(
    ("scopes", "to", "campaign", "of"),
    [
        (OptOutScopes(), ONE, "alerts", ()),  # the settings have no scopes
        (DIVIDED, ONE, None, ("alerts",)),
        (DIVIDED, "27820001111", None, ("alerts",)),  # as some vendors write it
        (DIVIDED, "082 000 1111", None, ("alerts",)),
        (DIVIDED, "SHOP", None, ("alerts",)),
        (DIVIDED, "31234", None, ("news",)),
        (DIVIDED, THREE, None, ("all",)),
        (DIVIDED, None, None, ("all",)),
        (DIVIDED, THREE, "poll", ("polls",)),
        (DIVIDED, TWO, "poll", ("news", "polls")),  # both: it silences more
        (DIVIDED, None, "unheard of", ("all",)),
        (BY_SENDER, THREE, None, (f"sender:{THREE}",)),
        (BY_SENDER, "0820003333", None, (f"sender:{THREE}",)),
        (BY_SENDER, ONE, None, ("alerts",)),
        (BY_SENDER, THREE, "alerts", ("alerts", f"sender:{THREE}")),
        (BY_SENDER, None, None, ("all",)),
        (BY_SENDER, "99999999999999", None, ("all",)),  # no number of any country
        (ONLY_SENDERS, "40404", None, ("sender:40404",)),
    ],
)
def test_what_a_stop_is_of(scopes: OptOutScopes, to: str | None, campaign: str | None, of: tuple[str, ...]) -> None:
    assert scopes.of_reply((to, None), (None, campaign)) == of


def test_a_stop_that_names_no_sender_is_of_what_the_message_went_out_under_that_it_answers() -> None:
    assert BY_SENDER.of_reply((None, THREE), ()) == (f"sender:{THREE}",)
    assert BY_SENDER.of_reply((TWO, THREE), ()) == ("news",)


@pytest.mark.parametrize(
    ("scopes", "campaign", "senders", "silenced", "not_silenced"),
    [
        (OptOutScopes(), "alerts", [ONE], ["all", "alerts", "news", f"sender:{TWO}", "gone"], []),
        (DIVIDED, None, [ONE], ["all", "alerts", "gone", f"sender:{TWO}"], ["news", "polls"]),
        (DIVIDED, "alerts", [TWO], ["all", "alerts", "news"], ["polls"]),
        (DIVIDED, "poll", [THREE], ["all", "polls"], ["alerts", "news"]),
        (DIVIDED, "poll", [None], ["all", "polls", "alerts", "news"], []),  # the vendor chooses the sender
        (DIVIDED, None, [None], ["all", "alerts", "news"], ["polls"]),  # no sender makes it one of polls
        (DIVIDED, None, ["MG0123456789abcdef0123456789abcdef"], ["all", "alerts", "news"], ["polls"]),
        (DIVIDED, None, [], ["all", "alerts", "news"], ["polls"]),
        (DIVIDED, None, [THREE], ["all"], ["alerts", "news", "polls"]),
        (DIVIDED, None, [THREE, TWO], ["all", "news"], ["alerts", "polls"]),  # another provider may be asked
        (DIVIDED, None, ["Shop"], ["all", "alerts"], ["news", "polls"]),
        (DIVIDED, None, ["Kiosk"], ["all", "alerts", "news"], ["polls"]),  # a name cannot be answered
        (BY_SENDER, None, [THREE], ["all", f"sender:{THREE}"], [f"sender:{ONE}", "alerts", "news"]),
        (BY_SENDER, None, ["0820003333"], ["all", f"sender:{THREE}"], [f"sender:{ONE}"]),
        (BY_SENDER, None, [None], ["all", f"sender:{THREE}", "alerts"], ["polls"]),
        (BY_SENDER, "alerts", ["Shop"], ["all", "alerts"], [f"sender:{THREE}", "news"]),
        (ONLY_SENDERS, None, ["Kiosk"], ["all", f"sender:{THREE}", "sender:40404"], []),
        (ONLY_SENDERS, None, ["40404"], ["all", "sender:40404"], [f"sender:{THREE}"]),
    ],
)
def test_what_a_message_is_silenced_by(
    scopes: OptOutScopes, campaign: str | None, senders: list[str | None], silenced: list[str], not_silenced: list[str]
) -> None:
    scope = scopes.of_message(campaign, senders)
    said = {each: scope.is_silenced_by(each) for each in (*silenced, *not_silenced)}
    assert said == {**dict.fromkeys(silenced, True), **dict.fromkeys(not_silenced, False)}


def test_a_message_of_which_nothing_is_known_is_silenced_by_everything() -> None:
    assert MessageScope() == EVERY_OPT_OUT
    assert all(map(EVERY_OPT_OUT.is_silenced_by, ("all", "alerts", f"sender:{ONE}")))


SENDERS = [ONE, TWO, THREE, "Shop", "31234", "40404"]
CAMPAIGNS = [None, "alerts", "poll", "other"]
SETTINGS = st.builds(
    OptOutScopes,
    scope=st.sampled_from(StopScope),
    programmes=st.dictionaries(
        st.sampled_from(["a", "b", "c"]),
        st.builds(
            Programme,
            senders=st.lists(st.sampled_from(SENDERS), max_size=2).map(tuple),
            campaigns=st.lists(st.sampled_from(CAMPAIGNS[1:]), min_size=1, max_size=2).map(tuple),
        ),
        max_size=3,
    ),
    region=st.sampled_from([None, "ZA"]),
)


@given(SETTINGS, st.sampled_from(SENDERS), st.sampled_from(CAMPAIGNS), st.lists(st.sampled_from([*SENDERS, None])))
def test_a_stop_that_answers_a_message_silences_the_next_one_like_it(
    scopes: OptOutScopes, sender: str, campaign: str | None, others: list[str | None]
) -> None:
    """Whatever the settings, and whatever other providers the next one might go by."""
    stop = scopes.of_reply((sender,), (campaign,)) or ("all",)
    scope = scopes.of_message(campaign, [sender, *others])
    assert any(map(scope.is_silenced_by, stop))
    assert any(map(scopes.of_message(campaign, [None]).is_silenced_by, stop))
    without = OptOutScopes(region=scopes.region).of_message(campaign, [sender])
    assert all(map(without.is_silenced_by, stop))  # once the settings have no scopes any more


@pytest.mark.parametrize(
    ("programmes", "why"),
    [
        ({"all": {"campaigns": ("x",)}}, "'all' cannot be the name of a programme"),
        ({"sender:x": {"campaigns": ("x",)}}, "'sender:x' cannot be the name"),
        ({" a": {"campaigns": ("x",)}}, "' a' cannot be the name"),
        ({"a": {}}, "a programme needs senders or campaigns"),
        ({"a": {"campaigns": "alerts"}}, r"campaigns is a text, 'alerts'; write it as a list: \['alerts'\]"),
        ({"a": {"senders": (" ",)}}, "senders has an empty text"),
        (
            {"a": {"senders": ("0820001111",)}},
            r"programmes\.a: '0820001111' is no sender; write a",
        ),
    ],
)
def test_a_programme_that_cannot_be_is_refused(programmes: dict[str, dict[str, tuple[str, ...]]], why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        OptOutScopes(programmes={name: Programme(**each) for name, each in programmes.items()})


def test_a_scope_that_the_settings_do_not_have_is_refused() -> None:
    assert [BY_SENDER.check(each) for each in ("all", "news", "sender:0820003333")] == [
        "all",
        "news",
        f"sender:{THREE}",
    ]
    said = r"no scope 'new' of opt-outs \(there are: all, alerts, news, polls\); did you mean 'news'\?$"
    with pytest.raises(ConfigError, match=said):
        DIVIDED.check("new")
    with pytest.raises(ConfigError, match="have no scope 'sender:31234'"):
        DIVIDED.check("sender:31234")
    with pytest.raises(ConfigError, match="'sender:1' is no sender's scope; write it as"):
        BY_SENDER.check("sender:1")
