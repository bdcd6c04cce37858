"""Every block and picture of every page is made or checked by something; what is not is listed with its reason."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
import yaml
from attrs import frozen

from tests.test_documents import DOCUMENTS

ROOT = Path(__file__).parents[2]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for folder in (ROOT, ROOT / "docs", ROOT / "smsgate", ROOT / "adapters", ROOT / "benchmarks", ROOT / "tests")
    for path in sorted(folder.glob("*.md" if folder == ROOT else "**/*.md"))
    if "node_modules" not in path.parts
}
BLOCK = re.compile(
    r"^(?P<indent> *)(?P<fence>```+|~~~+) *(?P<kind>[^\n`]*)\n(?P<text>.*?)^ *(?P=fence) *$", re.MULTILINE | re.DOTALL
)
CHECKED_IN = {
    "console": "test_how_to.py, test_tutorial.py: run, and the output compared",
    "python": "test_documents.py, test_tutorial.py: run",
    "toml": "tests/config/test_schema.py: read and compared with the schema",
    "py": "below: computed, or listed",
    "": "below: listed",
    "text": "below: listed",
    "sh": "below: listed",
    "sql": "below: listed",
    "yaml": "below: listed",
}
"""Each kind of block, and what checks it."""
COMPUTED = ("docs/reference/api/", "docs/reference/errors.md")
"""Pages whose signatures `make docs` computes; a test compares them."""
BEFORE = "what it replaces; its libraries are another's"
NOT_RUN = {
    "CONTRIBUTING.md yaml": "the workflow of a release, which is read below",
    "docs/how-to/analyse-columns.md text": "lines for Spark and Ray, which are not installed",
    "docs/how-to/django.md py": "a file of the application that the page's scene starts",
    "docs/how-to/import-opt-outs.md text": "a CSV file; the scene writes it",
    "docs/how-to/migrate-a-hand-written-loop.md py": BEFORE,
    "docs/how-to/migrate-from-django-sendsms.md py": BEFORE,
    "docs/how-to/migrate-from-vonage.md py": BEFORE,
    "docs/how-to/observe.md ": "a drawing; tests/telemetry compares spans",
    "docs/how-to/observe.md py": "it needs an exporter's package, and a collector",
    "docs/how-to/quote-a-campaign.md text": "a CSV file; the scene writes it",
    "docs/how-to/rotate-secrets.md sql": "an administrator's words for PostgreSQL",
    "docs/how-to/run-in-containers.md sh": "a file of variables",
    "docs/how-to/run-in-containers.md text": "a CSV file; tests/test_example_containers.py writes it",
    "docs/how-to/second-try.md text": "what the program above it prints: tests/test_documents.py",
    "docs/how-to/send-in-bulk.md text": "a moment of a progress bar",
    "docs/how-to/stop-pumping.md text": "what the program above it prints with ten times the requests",
    "docs/how-to/swap-a-vendor.md text": "an error: tests/test_vendor_swap.py",
    "docs/how-to/test-a-login.md ": "an error: tests/docs/test_shown_errors.py",
    "docs/how-to/test-your-application.md ": "errors: tests/docs/test_shown_errors.py",
    "docs/how-to/write-an-adapter.md text": "a list of files; the scene writes them",
    "docs/reference/errors.md text": "the tree in the docstring of the errors; tests/model/errors compares it",
    "docs/reference/sandbox.md ": "what a sandbox prints; the page's scene compares it",
    "smsgate/sandbox/inbox/assets/README.md text": "licences",
}
"""Kinds of blocks that no test runs, each with its page and the reason."""
COMMAND = re.compile(r"^\$ (.*?)(?: {2,}#.*)?$", re.MULTILINE)
PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")


@frozen
class Block:
    page: str
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


BLOCKS = [
    Block(page, text.count("\n", 0, found.start()) + 1, found["kind"].strip(), found["text"])
    for page, text in PAGES.items()
    for found in BLOCK.finditer(text)
]


def test_every_kind_of_block_is_checked_somewhere() -> None:
    assert {block.kind for block in BLOCKS} == {*CHECKED_IN}


def test_every_block_that_is_not_run_is_listed_with_its_reason() -> None:
    run = {kind for kind, where in CHECKED_IN.items() if not where.startswith("below")}
    others = {f"{block.page} {block.kind}" for block in BLOCKS if block.kind not in run}
    computed = {each for each in others if each.startswith(COMPUTED) and each.endswith(" py")}
    assert others - computed == {*NOT_RUN}


def test_every_example_in_python_is_run() -> None:
    run = {(page, example.line) for page, document in DOCUMENTS.items() for example in document.examples()}
    shown = [block for block in BLOCKS if block.kind == "python" and not block.page.startswith("docs/tutorial/")]
    assert [str(block) for block in shown if (block.page, block.line) not in run] == []
    assert len(shown) > 150


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block.kind == "py" and not block.page.startswith(COMPUTED)], ids=str
)
def test_code_that_is_not_run_is_python(block: Block) -> None:
    compile(block.text, str(block), "exec")


def test_every_block_of_a_terminal_begins_with_a_command() -> None:
    assert [
        str(block) for block in BLOCKS if block.kind == "console" and not block.text.lstrip().startswith("$ ")
    ] == []


def test_the_commands_for_contributors_name_what_is_there() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    commands = [each for block in BLOCKS if block.page == "CONTRIBUTING.md" for each in COMMAND.findall(block.text)]
    made = [name for command in commands if command.startswith("make ") for name in command.split()[1:]]
    assert [name for name in made if name not in targets] == []
    assert {"test", "check", "docs"} <= {*made}
    paths = [word for each in commands for word in each.split() if word.startswith(("tests/", "docs/"))]
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert len(paths) > 4


def test_the_workflow_of_a_release_needs_no_token_and_attests_what_it_builds() -> None:
    [workflow] = (yaml.safe_load(block.text) for block in BLOCKS if block.kind == "yaml")
    build, publish = workflow["jobs"]["build"], workflow["jobs"]["publish"]
    used = [step["uses"].partition("@")[0] for job in (build, publish) for step in job["steps"] if "uses" in step]
    assert {"actions/attest-build-provenance", "actions/attest-sbom", "pypa/gh-action-pypi-publish"} <= {*used}
    assert (workflow["permissions"], publish["permissions"]) == ({}, {"id-token": "write"})
    assert publish["environment"] == "pypi"
    assert "secrets." not in str(workflow)
    ran = [step["run"] for step in build["steps"] if "run" in step]
    assert ".ci/run" in ran
    assert (ROOT / ".ci/run").exists()


def test_every_make_that_a_page_names_is_a_target() -> None:
    targets = {*re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)}
    named = {(name, page) for page, text in PAGES.items() for name in re.findall(r"`make ([a-z-]+)", text)}
    assert {(name, page) for name, page in named if name not in targets} == set()
    assert len(named) > 10


def test_every_picture_is_made_by_a_program_and_is_on_a_page() -> None:
    drawn = {path.name for path in dict(runpy.run_path(str(ROOT / "docs/diagrams.py"))["files"]())}
    taken = {*re.findall(r'"([\w-]+\.png)"', (ROOT / "docs/screenshots.py").read_text("utf-8"))}
    measured = {"text.svg"}  # benchmarks/text
    pictures = {path for kind in ("png", "svg", "jpg", "gif", "webp") for path in (ROOT / "docs").rglob(f"*.{kind}")}
    assert {path.name for path in pictures} == drawn | taken | measured
    shown = {
        (ROOT / page).parent.joinpath(target).resolve()
        for page, text in PAGES.items()
        for target in PICTURE.findall(text)
    }
    assert pictures - shown == set()
