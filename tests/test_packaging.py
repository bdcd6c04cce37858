"""The wheel: what is in it, that it works from another folder, and that a type checker sees no Any through it."""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from itertools import takewhile
from pathlib import Path
from zipfile import ZipFile

import pytest

import smsgate

HERE = Path(__file__).parent.parent

PROGRAM = """
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from smsgate import (
    Attempt,
    Balance,
    Config,
    ConfigError,
    DeliveryReport,
    Gateway,
    Message,
    NotSentError,
    Outcome,
    Provider,
    ProviderError,
    RejectedError,
    Scope,
    SendResult,
    Status,
    UnknownOutcomeError,
    text,
)


def notify(gateway: Gateway, numbers: Iterable[str]) -> list[SendResult]:
    results: list[SendResult] = []
    for number in numbers:
        message = Message(
            number,
            "Hello",
            send_at=datetime(2999, 1, 1, tzinfo=UTC),
            extra={"zoomconnect": {"new": 1}},
            region=gateway.default_region,
        )
        try:
            results.append(gateway.send(message))
        except (NotSentError, RejectedError, UnknownOutcomeError) as error:
            scope: Scope = error.scope
            wait: float | None = error.retry_after
            code: str | None = error.code
            print(scope, wait, code, error.provider, error.reason)
            if isinstance(error.result, SendResult):
                results.append(error.result)
    return results


def shown(result: SendResult) -> str:
    outcome: Outcome = result.outcome
    status: Status = result.status
    attempts: tuple[Attempt, ...] = result.attempts
    for attempt in attempts:
        print(attempt.provider, attempt.outcome, attempt.error, attempt.started, attempt.seconds)
    return f"{outcome} {status} {result.provider} {result.message_id} {result.segments} {result.error} {result.raw}"


def ask(gateway: Gateway) -> Decimal:
    provider: Provider = gateway.provider("zoom")
    report: DeliveryReport = gateway.status("1", provider="zoom")
    balance: Balance = provider.balance()
    print(report.status, report.raw_status, report.reason, report.reference, provider.capabilities)
    return balance.amount


def measure(said: str) -> int:
    analysis: text.Analysis = text.analyse(said)
    return analysis.segments + analysis.units + analysis.remaining + len(analysis.offenders)


try:
    with Gateway.from_config(Config.from_file("smsgate.toml")) as opened:
        print([shown(result) for result in notify(opened, ["+27821234567"])], ask(opened), measure("Hello"))
except ConfigError as error:
    print(error.problems)
except ProviderError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = ["pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(HERE)]
    subprocess.run([sys.executable, "-m", *command], check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Install the wheel into an environment of its own, which borrows the dependencies of this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    inside = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    command = ["pip", "--python", str(inside), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, "-m", *command], check=True, capture_output=True)
    [site] = folder.rglob("site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return str(inside)


@pytest.mark.slow
def test_the_wheel_has_the_packages_and_nothing_else(wheel: Path) -> None:
    assert wheel.name == f"smsgate-{smsgate.__version__}-py3-none-any.whl"
    with ZipFile(wheel) as packed:
        names = packed.namelist()
        [entries] = [name for name in names if name.endswith("entry_points.txt")]
        points = packed.read(entries).decode()
    packages = {name.partition("/")[0] for name in names}
    assert packages >= {
        "smsgate",
        "smsgate_bulksms",
        "smsgate_memory",
        "smsgate_bulksms_sandbox",
        "smsgate_salesbox",
        "smsgate_salesbox_sandbox",
        "smsgate_salesmsg",
        "smsgate_salesmsg_sandbox",
        "smsgate_telnyx",
        "smsgate_telnyx_sandbox",
        "smsgate_vonage",
        "smsgate_vonage_sandbox",
        "smsgate_zoomconnect",
        "smsgate_zoomconnect_sandbox",
        f"smsgate-{smsgate.__version__}.dist-info",
    }
    assert [name for name in packages if not name.startswith("smsgate")] == []
    assert {f"{package}/py.typed" for package in packages if ".dist-info" not in package} <= set(names)
    assert "zoomconnect = smsgate_zoomconnect:ZoomConnect\n" in points
    assert "zoomconnect = smsgate_zoomconnect_sandbox:ZoomConnect\n" in points
    assert any("LICENSE" in name for name in names)


@pytest.mark.slow
def test_what_is_installed_works_from_another_folder(python: str, tmp_path: Path) -> None:
    code = (
        "import smsgate, smsgate_zoomconnect\n"
        "from smsgate.adapter.registry import adapter_named\n"
        "assert adapter_named('zoomconnect') is smsgate_zoomconnect.ZoomConnect\n"
        "print(smsgate.__file__, smsgate_zoomconnect.__file__, sep='\\n')"
    )
    said = subprocess.run([python, "-I", "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path)
    for file in said.stdout.splitlines():
        assert Path(file).is_relative_to(Path(python).parent.parent)
    command = subprocess.run([Path(python).with_name("smsgate"), "analyse", "Hello"], check=True, capture_output=True)
    assert b"GSM-7" in command.stdout


@pytest.mark.slow
def test_a_users_program_has_no_any_in_it(python: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    options = ["--strict", "--disallow-any-expr", "--no-error-summary", "--cache-dir", str(tmp_path / "cache")]
    command = [sys.executable, "-m", "mypy", *options, "--python-executable", python, program.name]
    said = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)
    assert (said.stdout, said.stderr, said.returncode) == ("", "", 0)
    program.write_text("from smsgate import Gatewayy\n", encoding="utf-8")
    misspelt = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)
    assert 'has no attribute "Gatewayy"' in misspelt.stdout


PAGE = (HERE / "docs/how-to/test-a-login.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"`(\w+\.py)`[^`]*?\n\n(?:<!---.*?-->\n\n)?```python\n(.*?)```", PAGE, re.DOTALL))


@pytest.fixture
def login(tmp_path: Path) -> Path:
    """Write the application of the how-to."""
    (tmp_path / "login.py").write_text(EXAMPLES["login.py"], encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_a_login_is_tested_in_ten_lines_in_a_fresh_environment(python: str, login: Path) -> None:
    assert len(EXAMPLES["test_login.py"].splitlines()) == 10
    (login / "test_login.py").write_text(EXAMPLES["test_login.py"], encoding="utf-8")
    assert "1 passed" in _tested(python, login)


@pytest.mark.slow
def test_a_login_is_tested_with_a_sandbox_of_another_process(python: str, login: Path) -> None:
    (login / "test_login.py").write_text(EXAMPLES["test_running_login.py"], encoding="utf-8")
    command = [str(Path(python).with_name("smsgate")), "sandbox", "--vendor", "twilio", "--port", "0"]
    settings = login / "smsgate.toml"
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as sandbox:
        try:
            assert sandbox.stdout is not None
            lines = [*takewhile(lambda line: "Texts as they arrive" not in line, sandbox.stdout)]
            settings.write_text("".join(lines), encoding="utf-8")
            url = tomllib.loads(settings.read_text(encoding="utf-8"))["providers"]["twilio"]["base_url"]
            assert "1 passed" in _tested(python, login, SANDBOX_URL=url.partition("/twilio/")[0])
        finally:
            sandbox.kill()


def _tested(python: str, folder: Path, **variables: str) -> str:
    """Run pytest in a folder; return what it prints."""
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", str(folder)]
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    environ |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **variables}
    said = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, env=environ, timeout=120)
    return said.stdout + said.stderr
