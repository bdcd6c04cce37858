"""The example's sandbox vendor, found by the entry points that the example declares, without an installation."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.entry_points import publish

EXAMPLE = Path(__file__).parents[1] / "docs/examples/smsgate-example"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a process that sees the example as if it were installed."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    publish(tmp_path, project["name"], project["entry-points"])
    shutil.copytree(EXAMPLE / "src", tmp_path, dirs_exist_ok=True)
    shutil.copytree(EXAMPLE / "tests", tmp_path / "tests")
    paths = filter(None, (str(tmp_path), os.environ.get("PYTHONPATH")))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


@pytest.mark.slow
def test_the_example_passes_its_own_tests(environment: dict[str, str], tmp_path: Path) -> None:
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--import-mode=importlib", "-W", "error"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", str(tmp_path), "tests"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


def test_its_vendor_is_short_and_typed() -> None:
    source = EXAMPLE / "src/smsgate_example_sandbox"
    assert len((source / "vendor.py").read_text("utf-8").splitlines()) < 150
    assert (source / "py.typed").is_file()
