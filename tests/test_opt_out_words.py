"""Which replies ask for no more texts."""

import pytest
from attrs import evolve

from smsgate import Config, ConfigError, OptIn, OptOut, OptOutWords, Reply


def reply(text: str) -> Reply:
    return Reply(provider="zoom", message_id="1", sender="+27821234567", text=text)


CERTAIN = (
    *("STOP", "stop", " Stop. ", "STOP!!!", "Opt-out", "stop all", "sair", "\u2066PARAR\u2069"),
    *("S.T.O.P", "S.T.O.P.", "s t o p", "S-T-O-P", "STOP STOP", "stop! Stop!! STOP", "STOP UNSUBSCRIBE"),
    *("ST\u00adOP", "S\u200bT\u200cO\u200dP", "\ufeffSTOP\ufe0f", "STOP\u3164", "\u2060stop", "ST\u0336OP"),
    *(
        "\uff33\uff34\uff2f\uff30",
        "\uff53\uff54\uff4f\uff50\uff01",
        "\U0001d5e6\U0001d5e7\U0001d5e2\U0001d5e3",
        "\u24c8\u24e3\u24de\u24df",
        "STOP \U0001f6d1",
        "\u00abSTOP\u00bb",
        "'Stop'",
        '"stop"',
        "#STOP",
    ),
)
DOUBTFUL = (
    *("S.T.O.P please", "PLEASE S.T.O.P. NOW", "s t o p texting me", "I'd like to S-T-O-P"),
    *("UNSUBSCRIBE ME", "Stop please", "please stop", "PLS STOP", "Stop it", "stop now!", "I want to unsubscribe"),
    *(
        "Stop texting me",
        "please stop sending me these messages",
        "Stop the texts.",
        "stop all messages",
        "STOP ALL NOW",
    ),
    *(
        "please opt me out",
        "remove me",
        "Remove my number please",
        "cancel my subscription",
        "Parar por favor",
    ),
    *(
        "STOP\nSent from my phone",
        "Stop. I never signed up for this.",
        "STOP!!! You have the wrong number",
        "stop thank you",
    ),
)


@pytest.mark.parametrize("text", CERTAIN)
def test_these_are_opt_outs(text: str) -> None:
    event = OptOutWords().read(reply(text))
    assert isinstance(event, OptOut)
    assert event.certain


@pytest.mark.parametrize("text", DOUBTFUL)
def test_these_are_opt_outs_in_doubt_and_say_so(text: str) -> None:
    event = OptOutWords().read(reply(text))
    assert isinstance(event, OptOut)
    assert not event.certain
    assert event.word in {
        "STOP",
        "STOP ALL",
        "UNSUBSCRIBE",
        "CANCEL",
        "PARAR",
        "OPT ME OUT",
        "REMOVE ME",
        "REMOVE MY NUMBER",
    }


@pytest.mark.parametrize("text", ["Start", "UNSTOP", "opt in"])
def test_these_take_it_back(text: str) -> None:
    assert isinstance(OptOutWords().read(reply(text)), OptIn)


REPLIES = (
    *(
        "",
        " ",
        "Please stop the car",
        "stopp",
        "YES",
        "no",
        "👍",
        "bus stop",
        "the bus stop",
        "don't stop",
        "Never stop!",
    ),
    *(
        "Stop the car. Please",
        "At the end",
        "The end",
        "end of story",
        "please do not stop",
        "non-stop",
        "stop by at 9",
    ),
    *("cancel my appointment please", "We meet at the stop", "I quit my job", "1.5 stops", "S.T.O.P.P", "\u00ad", "a"),
    *("please start", "thank you", "me", "all these messages"),
)


@pytest.mark.parametrize("text", REPLIES)
def test_these_are_replies(text: str) -> None:
    assert OptOutWords().read(reply(text)) == reply(text)


@pytest.mark.parametrize("text", ["please start", "START texting me", "start\nSent from my phone"])
def test_an_opt_out_is_taken_back_by_the_word_alone(text: str) -> None:
    assert OptOutWords().read(reply(text)) == reply(text)


def test_a_text_that_says_both_is_an_opt_out_in_doubt_or_a_reply_and_never_an_opt_in() -> None:
    assert not isinstance(OptOutWords().read(reply("START STOP")), OptIn)
    event = OptOutWords().read(reply("STOP. START"))
    assert isinstance(event, OptOut)
    assert not event.certain


@pytest.mark.parametrize(
    "filler", ["\u200b", " ", "STOP ", "S.", "\u0301", "!", "\n", "please ", "stop\n", "\u3164", "ﷺ"]
)
def test_what_is_looked_at_is_bounded(filler: str) -> None:
    """Whatever follows: the work, counted in characters that are classified, does not grow with the text."""
    words, counted = OptOutWords(), []

    class Text(str):
        __slots__ = ()

        def __getitem__(self, key: object) -> str:
            part = super().__getitem__(key)  # type: ignore[index] # whatever a str takes
            counted.append(len(part))
            return part

    text = Text(filler * 1_000_000)
    words.read(evolve(reply(""), text=text))
    assert counted
    assert max(counted) <= 1_000


def test_accents_do_not_matter() -> None:
    words = OptOutWords(stop=("NÃO",), start=("SIM",))
    assert words.read(reply("nao")) == OptOut(reply("nao"), "NAO")


def config(**opt_out: object) -> Config:
    return Config.from_mapping({"providers": {"z": {"adapter": "salesbox", "token": "t"}}, "opt_out": opt_out})


def test_the_settings_name_words_of_their_own() -> None:
    words = config(stop=["GENUG"]).opt_out
    assert isinstance(words.read(reply("genug")), OptOut)
    assert words.read(reply("stop")) == reply("stop")


@pytest.mark.parametrize(
    ("opt_out", "wrong"),
    [
        ({"stop": ["!"]}, "stop has '!', which has no letter or digit; take it out"),
        ({"stop": ["Stop", "X"], "start": ["x"]}, "stop and start both have 'X'"),
        ({"words": []}, "is no setting here; there are: stop, start"),
    ],
)
def test_words_that_cannot_be_are_told(opt_out: dict[str, object], wrong: str) -> None:
    with pytest.raises(ConfigError, match="opt_out") as raised:
        config(**opt_out)
    assert wrong in str(raised.value)


def test_one_text_is_no_list_of_words() -> None:
    with pytest.raises(ConfigError, match=r"stop is a text, 'STOP'; write it as a list: \['STOP'\]"):
        OptOutWords(stop="STOP")  # type: ignore[arg-type]
