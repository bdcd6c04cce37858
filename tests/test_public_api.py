"""What is public is listed, sorted and importable; and the text engine imports no other module."""

import ast
import re
import runpy
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import smsgate
import smsgate_bulksms
import smsgate_bulksms_sandbox
import smsgate_memory
import smsgate_salesbox_sandbox
import smsgate_salesmsg_sandbox
import smsgate_telnyx
import smsgate_telnyx_sandbox
import smsgate_vonage
import smsgate_vonage_sandbox
import smsgate_zoomconnect
import smsgate_zoomconnect_sandbox
from tests.django_project import configure_django

PACKAGES = (
    smsgate,
    smsgate_bulksms,
    smsgate_memory,
    smsgate_bulksms_sandbox,
    smsgate_salesbox_sandbox,
    smsgate_salesmsg_sandbox,
    smsgate_telnyx,
    smsgate_telnyx_sandbox,
    smsgate_vonage,
    smsgate_vonage_sandbox,
    smsgate_zoomconnect,
    smsgate_zoomconnect_sandbox,
)

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    module.name
    for package in PACKAGES
    for module in walk_packages(package.__path__, f"{package.__name__}.")
    if not module.name.startswith("smsgate.sandbox.") and not module.name.endswith("_version")
)


@pytest.mark.parametrize("name", ["smsgate", "smsgate_zoomconnect", *MODULES])
def test_every_public_name_is_sorted_and_there(name: str) -> None:
    if name.startswith("smsgate.contrib.django"):
        configure_django()
    module = import_module(name)
    names: list[str] = getattr(module, "__all__", [])
    assert names == sorted(names, key=lambda one: (not one.isupper(), one))  # constants first, as the formatter has it
    assert len(names) == len(set(names))
    assert [one for one in names if not hasattr(module, one)] == []


def test_a_public_name_loads_no_more_than_its_module_needs() -> None:
    assert loaded_by("from smsgate import Scope") & HEAVY == set()


def test_a_public_name_is_one_and_the_same_wherever_it_is_imported() -> None:
    for name in set(smsgate.__all__) - {"__version__", "fields", "text"}:
        thing = getattr(smsgate, name)
        home = getattr(thing, "__module__", None)
        if isinstance(home, str) and home.startswith("smsgate."):
            assert getattr(import_module(home), name) is thing


def test_dir_and_star_give_the_public_names_and_no_others() -> None:
    star: dict[str, object] = {}
    exec("from smsgate import *", star)
    assert set(star) - {"__builtins__"} == set(smsgate.__all__) == set(dir(smsgate))


@pytest.mark.slow
def test_star_needs_no_extra() -> None:
    extras = ["psycopg", "redis", "h11", "cryptography", "jwt", "aiohttp", "celery", "django", "opentelemetry"]
    missing = f"import sys; sys.modules.update(dict.fromkeys({extras}))"
    subprocess.run([sys.executable, "-c", f"{missing}; from smsgate import *"], check=True)


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'smsgate' has no attribute 'HttpTransport'"):
        smsgate.HttpTransport  # type: ignore[attr-defined] # noqa: B018


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a statement loads in a fresh interpreter."""
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(asked.stdout.split())


HEAVY = {"attr", "attrs", "cattrs", "phonenumbers", "requests", "urllib3", "typer", "rich", "aiohttp"}


@pytest.mark.parametrize("statement", ["import smsgate", "import smsgate.text", "from smsgate import text"])
def test_the_text_engine_loads_nothing_but_the_standard_library(statement: str) -> None:
    assert loaded_by(statement) & HEAVY == set()


def test_the_library_loads_neither_the_command_line_nor_the_sandbox() -> None:
    assert loaded_by("from smsgate import Gateway") & {"typer", "rich", "aiohttp"} == set()


@pytest.mark.slow
def test_the_test_doubles_load_without_pytest() -> None:
    assert loaded_by("from smsgate.testing import *") >= {"pytest"}
    assert loaded_by("from smsgate.testing import Recorded, StubTransport") & {"pytest", "hypothesis"} == set()


def test_every_package_is_marked_as_typed() -> None:
    for package in PACKAGES:
        assert package.__file__ is not None
        assert (Path(package.__file__).parent / "py.typed").is_file()


def test_a_type_checker_sees_the_same_names_as_the_interpreter() -> None:
    path, text = runpy.run_path(str(ROOT / "docs/generate.py"))["stub"]()
    assert path.read_text(encoding="utf-8") == text, "run `make docs`"
    assert set(re.findall(r" as (\w+)", text)) == set(smsgate.__all__)


def names_of_any_kind(source: Path) -> list[ast.stmt]:
    """Return the statements by which a type checker would take any name of a module for granted."""
    if source.with_suffix(".pyi").exists():
        return []
    return [
        node
        for node in ast.parse(source.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "__getattr__"
    ]


@pytest.mark.slow
def test_no_module_gives_type_checkers_whatever_name_is_asked_of_it() -> None:
    root = Path(smsgate.__file__ or "").parent.parent
    sources = [*(root / "smsgate").rglob("*.py"), *(root / "adapters").rglob("*.py")]
    assert [source for source in sources if names_of_any_kind(source)] == []


MISSPELT = """
from smsgate import Gatewy, text
from smsgate.testing import AdapterContrct
from smsgate.text import analize, simplfy

text.analize
"""
SPELT = """
from smsgate.testing import AdapterContract, Recorded
from smsgate.text import LANGUAGES, Replacement, Simplified, Tables, simplify

kept: str = simplify("Olá").text
tables: Tables
replaced: tuple[Replacement, ...] = simplify("Olá").replacements
contract: type[AdapterContract] = AdapterContract
"""

WRONG = """
from smsgate.text import simplify

kept: int = simplify("Olá").text
"""

TYPED = ("smsgate", "smsgate.testing")
"""Modules that give a program its names; with the package `smsgate.text`, whose types the program uses."""


def checked(folder: Path, **programs: str) -> dict[str, list[str]]:
    """Return the lines at which mypy --strict complains of each program.

    Of smsgate it reads what the programs import: all of it would take half a minute.
    """
    for name, source in programs.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    modules = [part for name in [*programs, *TYPED] for part in ("-m", name)]
    options = ["--strict", "--follow-imports=skip", "--no-error-summary", f"--cache-dir={folder}"]
    command = [sys.executable, "-m", "mypy", *options, *modules, "-p", "smsgate.text"]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert told.stderr == ""
    lines = [line.partition(".py:") for line in told.stdout.splitlines() if "error:" in line]
    return {name: [said for where, _, said in lines if where == name] for name in programs}


@pytest.mark.slow
def test_a_type_checker_refuses_a_misspelt_name_and_knows_the_others(tmp_path: Path) -> None:
    told = checked(tmp_path, misspelt=MISSPELT, spelt=SPELT, wrong=WRONG)
    for line, name in [(2, "Gatewy"), (3, "AdapterContrct"), (4, "analize"), (4, "simplfy"), (6, "analize")]:
        found = [each for each in told["misspelt"] if each.startswith(f"{line}: error: Module") and f'"{name}"' in each]
        assert found, (name, told)
    assert told["spelt"] == []
    assert [each[:2] for each in told["wrong"]] == ["4:"], "the types of smsgate.text are not read"
