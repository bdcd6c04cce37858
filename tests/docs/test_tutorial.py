"""The tutorial, done from its first page to its last by a reader who types what it says, in one folder."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from attrs import define

from smsgate.testing import SandboxClient
from tests.docs.terminal import LONGEST, Terminal, until

PAGES = sorted((Path(__file__).parents[2] / "docs/tutorial").glob("*.md"))
SANDBOX, APPLICATION = "http://127.0.0.1:8730/", "http://127.0.0.1:8000/"
"""Addresses on the pages; the reader has others, as the tests of several programs run on one machine."""
STEP = re.compile(
    r"""^```console\n (?P<console>.*?) ^```$
    | ^<!---\ invisible-code-block:\ python\n (?P<unseen>.*?) ^-->$
    | ^(?P<order>[^\n]*)\n\n ^```(?!console)\w*\n (?P<text>.*?) ^```$""",
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
ORDER = re.compile(r"(Write|Add to the end of) `([a-z_]+\.[a-z]+)`( so)?:$")
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
"""A command, and the lines of its output."""
INSTALLING = ("mkdir ", "python3 -m venv ", "pip install ")
"""Commands that need not be run here."""
VARYING = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|(?<=in )\d+\.\d\ds")


@define
class Reader:
    """Who does what the pages say; what a person does in a browser is in blocks that the pages do not show."""

    terminal: Terminal

    def do(self, page: Path) -> None:
        """Do every step of a page in its order; a command whose output is not the page's fails."""
        hands = {"post": self._post, "shows": self._shows, "texts_to": self._texts_to}
        for step in STEP.finditer(page.read_text("utf-8")):
            if step["console"]:
                self._type(step["console"])
            elif step["unseen"]:
                exec(self._here(step["unseen"]), hands)
            else:
                self._write(step["order"], step["text"])

    def _type(self, commands: str) -> None:
        for command, expected in COMMAND.findall(commands):
            if not command.startswith(INSTALLING):
                output = self._there(self.terminal.run(self._here(command)))
                assert fits(expected, output), f"$ {command}\n{output}\nand the page has:\n{expected}"

    def _write(self, order: str, text: str) -> None:
        found = ORDER.search(order)
        assert found, f"{order!r} names no file for:\n{text}"
        path = self.terminal.folder / found[2]
        before = path.read_text("utf-8") if found[1] == "Add to the end of" else ""
        path.write_text(before + self._here(text), "utf-8")

    def _post(self, url: str, /, **fields: str) -> str:
        """Send a form of a page, as a browser does; return the page that comes."""
        origin = "/".join(url.split("/")[:3])
        answer = requests.post(url, fields, headers={"Origin": origin}, timeout=LONGEST)
        answer.raise_for_status()
        return answer.text

    def _shows(self, url: str, words: str) -> None:
        """Load a page until it has the words."""
        until(lambda: words in requests.get(url, timeout=LONGEST).text, f"{words} at {url}")

    def _texts_to(self, number: str, at_least: int) -> int:
        """Return how many texts have come to the numbers that begin so, once there are enough."""
        client = SandboxClient(self.terminal.sandbox)

        def count() -> int:
            return sum(text.to.startswith(number) for text in client.texts())

        until(lambda: count() >= at_least, f"{at_least} texts to {number}")
        return count()

    def _here(self, text: str) -> str:
        """Put this reader's addresses in place of the page's."""
        return text.replace(SANDBOX, self.terminal.sandbox or SANDBOX).replace(APPLICATION, self.terminal.application)

    def _there(self, text: str) -> str:
        return text.replace(self.terminal.sandbox, SANDBOX)


def fits(expected: str, output: str) -> bool:
    """Say whether an output is the page's, where a line of three dots is for any lines, and times differ."""
    parts = [re.escape(VARYING.sub("", part)) for part in re.split(r"^\.\.\.\n", expected, flags=re.MULTILINE)]
    return re.fullmatch("(?:.*\n)*".join(parts), VARYING.sub("", output)) is not None


@pytest.mark.slow
def test_the_tutorial_is_done_in_one_folder_as_it_says(tmp_path: Path) -> None:
    with ExitStack() as running:
        reader = Reader(Terminal(tmp_path, running))
        for page in PAGES:
            reader.do(page)


def test_each_page_of_the_tutorial_leads_to_those_beside_it() -> None:
    for page, before, after in zip(PAGES, [None, *PAGES], [*PAGES[1:], None], strict=False):
        last = page.read_text("utf-8").splitlines()[-1]
        links = [f"{word}: [{_title(to)}]({to.name})" for word, to in (("Previous", before), ("Next", after)) if to]
        assert last == ". ".join(links)


def _title(page: Path) -> str:
    return page.read_text("utf-8").partition("\n")[0].removeprefix("# ")


def test_an_output_fits_a_page_line_by_line() -> None:
    assert fits("a\n...\nz\n", "a\nb\nc\nz\n")
    assert fits("sent at 2026-11-30 12:21:40 UTC\n", "sent at 2027-01-01 00:00:00 UTC\n")
    assert not fits("a\nz\n", "a\nb\nz\n")
    assert not fits("a\n", "a, and more\n")
