"""A command shows what the library warns of, once, though a library writes nothing by itself."""

import logging

import pytest

from smsgate.cli.app import run


@pytest.fixture(autouse=True)
def _command() -> None:
    assert run(["analyse", "x"]) == run(["analyse", "x"]) == 0


def test_a_warning_is_one_line_of_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("smsgate.journal").warning("a result is recorded %s", "later")
    logging.getLogger("smsgate.journal").info("nothing")
    assert capsys.readouterr().err == "a result is recorded later\n"


def test_an_error_of_the_application_has_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        _fail()
    except ValueError:
        logging.getLogger("smsgate.webhooks").exception("the application failed")
    said = capsys.readouterr().err
    assert said.startswith("the application failed\nTraceback")
    assert said.endswith("ValueError: of the application\n")


@pytest.mark.parametrize("name", ["smsgate.send", "smsgate.receiving.polling"])
def test_what_a_command_shows_itself_is_not_shown_twice(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger(name).warning("shown by the command")
    assert capsys.readouterr().err == ""


def _fail() -> None:
    raise ValueError("of the application")
