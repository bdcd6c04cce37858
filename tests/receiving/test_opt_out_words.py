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
        "CANCEL MY SUBSCRIPTION",
    }


IN_OTHER_WORDS = (
    *("STOPSTOP", "stopstopstop", "STOP 12345", "stop12345", "OK stop", "no stop", "UNSUB", "unsubscribed", "ST0P"),
    *("remove me from your list", "remove me from your list please", "take me off your list", "Take me off the list!"),
    *("no more texts", "No more messages please", "don't text me", "Can you please stop texting me?"),
    *("quero sair", "Quero cancelar", "darme de baja", "pare de me mandar mensagens", "N\u00e3o quero mais mensagens"),
    *("\U0001f6d1", "\U0001f6d1\U0001f6d1", " \U0001f6d1\ufe0f", "please \U0001f6d1"),
    *("\u0405TOP", "\u0455t\u043e\u0440", "S\u03a4\u039f\u03a1", "\u0405TOP please", "Hello. \u0405TOP"),
    *("STOP " * 200, "stop" * 200, "stopall" * 200, "STOP STOP STOP I never signed up " + "for this " * 100),
)
IN_A_SENTENCE = (
    *(
        "STOP, I never signed up",
        "stop; wrong number",
        "Stop: this is spam",
        "STOP - wrong number",
        "STOP- wrong number",
    ),
    *("stop? I did not ask for this", "Stop \u2014 who is this?", "STOP,who is this", "Stop!Who is this"),
    *("Who is this? STOP", "I never signed up. Stop.", "Hello\nSTOP\nAnna", "Wrong number, please stop texting me"),
    *("Hi, cancel my subscription", "Who is this - stop", "I am not Anna: take me off your list", "Oi, quero sair"),
    *("Stop\u2026 I have moved", "END, wrong number", "Cancel. I have moved", "x " * 200 + ". Stop. " + "x " * 200),
)


@pytest.mark.parametrize("text", [*IN_OTHER_WORDS, *IN_A_SENTENCE])
def test_other_words_and_a_sentence_anywhere_are_opt_outs_in_doubt(text: str) -> None:
    event = OptOutWords().read(reply(text))
    assert isinstance(event, OptOut)
    assert not event.certain


ORDINARY = (
    *("please stop the car", "the bus stop is here", "don't stop", "Don\u2019t stop, please", "cancel my order"),
    *(
        "I can't wait until the end, see you",
        "See you at the end.",
        "This is the end, my friend",
        "Hi, cancel my order",
    ),
    *("Do you want to confirm, cancel, or move it?", "I am ill. I want to cancel. Can we move it?", "Story, end."),
    *("I want to cancel, I am ill", "open non-stop, see you", "Stop 5, then left", "bus stop 12", "see www.stop.com"),
    *(
        "https://example.com/?stop",
        "no, don't stop",
        "bus \U0001f6d1",
        "\U0001f44d",
        "no more",
        "don't text me while I drive",
    ),
    *(
        "quero sair com voc\u00ea",
        "cancelar a consulta",
        "la calle, alta, baja",
        "12345",
        "OK",
        "no",
        "remove the cover",
    ),
    *(
        "\u0422\u041e\u0420\u0422",
        "take me off the train",
        "no more sugar",
        "your list",
        "unsubstantial",
        "stopstopp",
        "ende",
    ),
    "x " * 246 + ". stop the car",
    "a" * 494 + ". Stop the car",
)


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_sentence_is_a_reply(text: str) -> None:
    assert OptOutWords().read(reply(text)) == reply(text)


def test_words_of_ones_own_in_cyrillic_are_compared_as_they_are() -> None:
    words = OptOutWords(stop=("\u0420\u041e\u0422",))
    assert words.read(reply("\u0440\u043e\u0442")) == OptOut(reply("\u0440\u043e\u0442"), "\u0420\u041e\u0422")
    assert isinstance(words.read(reply("Hi, \u0440\u043e\u0442")), OptOut)
    assert isinstance(words.read(reply("pot")), Reply)


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
    "filler",
    [
        "\u200b",
        " ",
        "STOP ",
        "S.",
        "\u0301",
        "!",
        "\n",
        "please ",
        "stop\n",
        "stop,",
        "\U0001f6d1",
        "x - ",
        "\u3164",
        "ﷺ",
    ],
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
        ({"stop": ["!"]}, "stop must have words with a letter or digit, got '!'"),
        ({"stop": ["Stop", "X"], "start": ["x"]}, "stop and start both have 'X'"),
        ({"words": []}, "unknown setting (known: stop, start, help, scope, programmes, "),
    ],
)
def test_words_that_cannot_be_are_reported(opt_out: dict[str, object], wrong: str) -> None:
    with pytest.raises(ConfigError, match="opt_out") as raised:
        config(**opt_out)
    assert wrong in str(raised.value)


def test_one_text_is_no_list_of_words() -> None:
    with pytest.raises(ConfigError, match=r"stop is a text, 'STOP'; write it as a list: \['STOP'\]"):
        OptOutWords(stop="STOP")  # type: ignore[arg-type]
