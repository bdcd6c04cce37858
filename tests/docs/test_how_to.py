"""What pages show in a terminal is what the commands print: their words, heads of columns, and their order.

They are the pages of how to do a task, and all others but the tutorial, which test_tutorial.py does.

Numbers, times, ids and widths are those of the page's own story. What is typed runs in a folder that `scenes` prepares.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import textwrap
from contextlib import ExitStack
from pathlib import Path

import pytest

from smsgate.sandbox import Sandbox
from tests.command_process import run_command
from tests.docs.at_terminal import at_terminal
from tests.docs.scene import Scene
from tests.docs.scenes import SCENES
from tests.docs.terminal import Terminal
from tests.docs.test_tutorial import COMMAND, fits

ROOT = Path(__file__).parents[2]
HOW_TO = "docs/how-to/"
STEP = re.compile(
    r"""^\ *```console\n (?P<console>.*?) ^\ *```
    | (?P<added>At\ the\ end\ of\ )?`(?P<name>(\w+/)*\w+\.py)`[^`\n]*:\n\n
      (<!---.*?-->\n\n)? ```py(thon)?\n (?P<text>.*?) ^```""",
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
"""Commands of a page, or a file that it shows below its name, or what is added to one."""
CONSOLE = re.compile(r"^ *```console$", re.MULTILINE)
PROGRAM = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
STARTED = re.compile(r"^ *\$ python (\w+\.py)", re.MULTILINE)
NOT_RUN = {
    "pip install": "it is installed",
    "python3 -m venv": "it is installed",
    "mkdir": "each page has a folder",
    "make test": "it runs what this is one of",
}
"""What commands begin with that are not run, and why."""
LEFT_OUT: dict[str, str] = {
    "run-in-containers": "it needs Docker; tests/test_example_containers.py runs its words of smsgate",
    "docs/examples/django/README.md": "tests/test_example_django.py types its commands",
    "docs/examples/sandbox/README.md": "it needs Docker; tests/test_example_sandbox_container.py runs its files",
    "CONTRIBUTING.md": "it tests, builds and publishes all of this; tests/docs/test_blocks.py reads its commands",
}
"""Pages whose commands need what a test cannot have, or are tested elsewhere, and why."""
VARYING = re.compile(r"https?://[^\s,]+|[\w+.:-]*\d(?:[\w.,:-]*\w)?")


def pages() -> dict[str, Path]:
    """Return the pages that show commands, each by the name of its scene."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("smsgate/**/*.md"), *ROOT.glob("tests/**/*.md")]
    names = {str(path.relative_to(ROOT)): path for path in found if CONSOLE.search(path.read_text("utf-8"))}
    return {
        name.removeprefix(HOW_TO).removesuffix(".md") if name.startswith(HOW_TO) else name: path
        for name, path in names.items()
        if path.parent.name != "tutorial"
    }


def shape(text: str) -> str:
    """Return an output without what differs from one run to the next: addresses, numbers, times, ids, widths."""
    lines = (re.sub(r"\s+", " ", VARYING.sub("#", line)).strip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines)


def unfolded(text: str) -> str:
    """Return the shape of an output whose lines are folded at the width of a terminal: its words."""
    return " ".join(shape(text).split())


def typed(command: str, places: dict[str, str]) -> str:
    """Return a command with the words of this folder in place of the page's."""
    for word, here in places.items():
        before, after = (r"\b" if part.isalnum() else "" for part in (word[0], word[-1]))
        command = re.sub(f"{before}{re.escape(word)}{after}", here.replace("\\", r"\\"), command)
    return command


def run(scene: Scene, command: str, page: str) -> tuple[str, int]:
    """Run a command line in the folder of a page, or by the scene; return its output and its exit code."""
    line = typed(command, scene.places)
    for start, does in scene.by_hand.items():
        if line.startswith(start):
            return does(line), 0
    words = shlex.split(line, comments=True)
    if words[0] == "export":
        scene.environ |= dict(word.split("=", 1) for word in words[1:])
        return "", 0
    if words[0] != "smsgate":
        return scene.terminal.run(line), 0
    file = words.pop() if words[-2] in {">", ">>"} else ""
    words = words[1 : -1 if file else None]
    if command in scene.meanwhile:
        with at_terminal(*words, folder=scene.folder, environ=scene.environ, page=page) as running:
            scene.meanwhile[command](running)
            code = running.end()
            return "" if file else running.shown, code
    ended = run_command(
        *words,
        cwd=scene.folder,
        env=scene.environ,
        stdin=subprocess.DEVNULL,
        stdout=-1,
        stderr=-2,
        text=True,
        encoding="utf-8",
    )
    output = str(ended.stdout)
    if file:
        scene.write(file, output)
    return "" if file else output, ended.returncode


def is_run(command: str) -> bool:
    return not command.startswith(tuple(NOT_RUN))


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENES)
def test_a_page_shows_what_its_commands_print(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    page = pages()[name].read_text("utf-8")
    with Sandbox(stall=0.05) as sandbox, ExitStack() as running:
        scene = Scene(tmp_path, sandbox, Terminal(tmp_path, running), request.getfixturevalue)
        SCENES[name](scene)
        if scene.files is None and (started := STARTED.search(page)):  # its first program
            scene.write(started[1], PROGRAM.findall(page)[0])
        for step in STEP.finditer(page):
            if step["console"]:
                type_commands(scene, textwrap.dedent(step["console"]).replace("\\\n", " "))
            elif scene.files is not None:
                scene.write_shown(step["name"], step["text"], added=bool(step["added"]))


def type_commands(scene: Scene, commands: str) -> None:
    """Run the commands of a block, and compare what they print."""
    for line, expected in COMMAND.findall(commands):
        command = re.sub(" +# .*", "", line)
        if is_run(command):
            scene.before.get(command, lambda: None)()
            output, code = run(scene, command, expected)
            shown = f"$ {command}\n{output}\nand the page has:\n{expected}"
            same = str if command.startswith("pytest") else shape  # the number of its tests is the page's
            same = unfolded if command in scene.folded else same
            assert not expected or fits(same(expected), same(output)), shown
            assert (expected and command not in scene.codes) or code == scene.codes.get(command, 0), shown


def test_the_commands_of_every_page_are_run_or_it_is_said_why_not() -> None:
    assert {*SCENES} | {*LEFT_OUT} == {*pages()}
    assert {*SCENES} & {*LEFT_OUT} == set()


def test_an_output_of_other_words_or_in_another_order_does_not_fit() -> None:
    page = shape("id  to            state\n3   +27821234567  accepted  2026-11-30 12:37:26 UTC\n")
    assert fits(page, shape("id  to   state\n12  +2783  accepted  2027-01-01 00:00:00 UTC\n"))
    assert not fits(page, shape("to  id   state\n12  +2783  accepted  2027-01-01 00:00:00 UTC\n"))
    assert not fits(page, shape("id  to   state\n12  +2783  rejected  2027-01-01 00:00:00 UTC\n"))
    assert not fits(page, shape("id  to   state\n"))
