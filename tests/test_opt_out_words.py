"""Which replies ask for no more texts."""

import pytest

from smsgate import Config, ConfigError, OptIn, OptOut, OptOutWords, Reply


def reply(text: str) -> Reply:
    return Reply(provider="zoom", message_id="1", sender="+27821234567", text=text)


@pytest.mark.parametrize(
    "text", ["STOP", "stop", " Stop. ", "STOP!!!", "Opt-out", "stop all", "sair", "\u2066PARAR\u2069"]
)
def test_these_are_opt_outs(text: str) -> None:
    assert isinstance(OptOutWords().read(reply(text)), OptOut)


@pytest.mark.parametrize("text", ["Start", "UNSTOP", "opt in"])
def test_these_take_it_back(text: str) -> None:
    assert isinstance(OptOutWords().read(reply(text)), OptIn)


@pytest.mark.parametrize("text", ["", "Please stop the car", "stopp", "YES", "no", "👍", "bus stop"])
def test_these_are_replies(text: str) -> None:
    assert OptOutWords().read(reply(text)) == reply(text)


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
