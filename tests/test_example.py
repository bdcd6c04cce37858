import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[1] / "docs/examples/smsgate-example"
COMMAND = "from smsgate.cli import main; main()"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the example as a stranger's package is installed, but for where it comes from and goes to."""
    folder = tmp_path_factory.mktemp("example")
    shutil.copytree(EXAMPLE, folder / "source")
    options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    run(folder, "-m", "pip", "install", *options, "--target", str(folder / "site"), str(folder / "source"))
    return folder


def run(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder / "site")}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_example_is_installed_found_and_passes_the_contract(installed: Path) -> None:
    out = run(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "source")
    assert " passed" in out


@pytest.mark.slow
def test_the_installed_example_works_in_a_config_beside_the_vendors(installed: Path) -> None:
    config = '[providers.mine]\nadapter = "example"\ntoken = "t0ken-of-the-tests"\n'
    (installed / "smsgate.toml").write_text(config, encoding="utf-8")
    assert '"adapter": "example"' in run(installed, "-c", COMMAND, "providers", "--json")


def test_the_example_is_short() -> None:
    lines = (EXAMPLE / "src/smsgate_example/adapter.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 100
