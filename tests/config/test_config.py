"""Settings from TOML, a mapping or the environment: what is right is read, every error is reported with its place."""

import os
import pickle
from collections.abc import Mapping
from pathlib import Path

import pytest

from smsgate import Config, ConfigError, Gateway
from smsgate.adapter.registry import installed_adapters
from smsgate_zoomconnect import ZoomConnect, ZoomConnectSettings

CANARY = "CANARY-9b1d"
ZOOM: dict[str, object] = {"adapter": "zoomconnect", "email": "ops@example.com", "token": "t0ken-1"}
ACCOUNT = ZoomConnectSettings(email="ops@example.com", token="t0ken-1")

INSTALLED = ", ".join(installed_adapters())

TOML = """
default_region = "za"
route = ["zoom"]

[providers.spare]
adapter = "zoomconnect"
email = "ops@example.com"
token = { file = "secret" }
deadline = 5

[providers.zoom]
adapter = "zoomconnect"
email = { env = "ZOOM_EMAIL" }
token = { env = "ZOOM_TOKEN" }
base_url = "https://sms.example/app/api/rest/v1/"
"""


def written(folder: Path, toml: str | bytes, name: str = "smsgate.toml") -> Path:
    path = folder / name
    path.write_bytes(toml if isinstance(toml, bytes) else toml.encode())
    return path


def problems_of(settings: object, environ: Mapping[str, str] | None = None) -> list[str]:
    """Return what is wrong with a mapping of settings."""
    with pytest.raises(ConfigError) as raised:
        Config.from_mapping(settings, environ or {})  # type: ignore[arg-type]
    return sorted(raised.value.problems)


def zoom(**changes: object) -> dict[str, object]:
    return {"providers": {"zoom": {**ZOOM, **changes}}}


# What is right -------------------------------------------------------------------------------------------------------


def test_a_file_is_read_with_the_secrets_it_points_to(tmp_path: Path) -> None:
    written(tmp_path, "from a file\n", "secret")
    config = Config.from_file(written(tmp_path, TOML), {"ZOOM_EMAIL": "dev@example.com", "ZOOM_TOKEN": "from outside"})
    assert config.default_region == "ZA"
    assert config.route.providers == ("zoom",)
    assert {name: (account.adapter, account.settings) for name, account in config.accounts.items()} == {
        "spare": (ZoomConnect, ZoomConnectSettings(email="ops@example.com", token="from a file", deadline=5)),
        "zoom": (
            ZoomConnect,
            ZoomConnectSettings(
                email="dev@example.com", token="from outside", base_url="https://sms.example/app/api/rest/v1"
            ),
        ),
    }


def test_without_a_route_the_providers_are_asked_in_the_order_in_which_they_stand() -> None:
    config = Config.from_mapping({"providers": {"b": ZOOM, "a": ZOOM}}, {})
    assert config.route.providers == ("b", "a")
    assert config.default_region is None


def test_the_environment_says_the_same_as_a_file(tmp_path: Path) -> None:
    written(tmp_path, "t0ken-1", "secret")
    environ = {
        "SMSGATE_DEFAULT_REGION": "ZA",
        "SMSGATE_ROUTE": "zoom, spare",
        "SMSGATE_PROVIDERS__ZOOM__ADAPTER": "zoomconnect",
        "SMSGATE_PROVIDERS__ZOOM__EMAIL": "ops@example.com",
        "SMSGATE_PROVIDERS__ZOOM__TOKEN": "t0ken-1",
        "SMSGATE_PROVIDERS__ZOOM__DEADLINE": "7.5",
        "SMSGATE_PROVIDERS__SPARE__ADAPTER": "zoomconnect",
        "SMSGATE_PROVIDERS__SPARE__EMAIL": "ops@example.com",
        "SMSGATE_PROVIDERS__SPARE__TOKEN__FILE": str(tmp_path / "secret"),
        "HOME": "/nowhere",
    }
    config = Config.from_env(environ)
    assert config.route.providers == ("zoom", "spare")
    assert config.accounts["zoom"].settings == ZoomConnectSettings(
        email="ops@example.com", token="t0ken-1", deadline=7.5
    )
    assert config.accounts["spare"].settings == ACCOUNT


def test_the_environment_may_name_a_file(tmp_path: Path) -> None:
    path = written(tmp_path, '[providers.z]\nadapter="zoomconnect"\nemail="a@b.c"\ntoken={env="T"}\n')
    assert Config.from_env({"SMSGATE_CONFIG": str(path), "T": "t"}).route.providers == ("z",)


@pytest.mark.parametrize(
    "encoded", [TOML.encode("utf-8-sig"), TOML.replace("\n", "\r\n").encode()], ids=["BOM", "CRLF"]
)
def test_a_file_of_a_windows_editor_is_read(tmp_path: Path, encoded: bytes) -> None:
    written(tmp_path, "from a file\r\n", "secret")
    config = Config.from_file(written(tmp_path, encoded), {"ZOOM_EMAIL": "a@b.c", "ZOOM_TOKEN": "t"})
    assert config.route.providers == ("zoom",)


def test_a_symlink_is_followed_and_files_are_looked_for_beside_it(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    written(tmp_path, "t0ken-1", "secret")
    real = written(tmp_path / "real", TOML, "elsewhere.toml")
    link = tmp_path / "smsgate.toml"
    link.symlink_to(real)
    assert Config.from_file(link, {"ZOOM_EMAIL": "a@b.c", "ZOOM_TOKEN": "t"}).accounts["spare"].settings.secrets == (
        "t0ken-1",
    )


# What is wrong -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (zoom(token=5), "settings: providers.zoom.token: must be text, got a whole number"),
        (zoom(token=None), "settings: providers.zoom.token: must be text, got nothing"),
        (zoom(read_timeout="30"), "settings: providers.zoom.read_timeout: must be a number, got text"),
        (
            zoom(token={"env": "NO_TOKEN"}),
            "settings: providers.zoom.token: the environment variable NO_TOKEN is not set; set it",
        ),
        (
            zoom(token={"file": "/nowhere/token"}),
            "settings: providers.zoom.token: /nowhere/token: cannot be read: No such file or directory",
        ),
        (
            zoom(adapter="hooli"),
            f"settings: providers.zoom.adapter: no adapter 'hooli' (installed: {INSTALLED}); name one of these",
        ),
        (
            zoom(adapter=5),
            f"settings: providers.zoom.adapter: must be text; set it to one of {INSTALLED}",
        ),
        (
            {"providers": {"zoom": {}}},
            f"settings: providers.zoom.adapter: is missing; set it to one of {INSTALLED}",
        ),
        (
            {"providers": {"zoom": {"adaptor": "zoomconnect"}}},
            (
                f"settings: providers.zoom.adapter: is missing; set it to one of {INSTALLED}; "
                "'adaptor' is probably a misspelling of 'adapter'"
            ),
        ),
        ({**zoom(), "route": "zoom"}, "settings: route: must be a list, got text"),
        ({**zoom(), "route": [5]}, "settings: route[0]: must be text, got a whole number"),
        (
            {**zoom(), "route": []},
            "settings: route must name at least one provider, got none",
        ),
        (
            {**zoom(), "route": ["zoom", "sales"]},
            "settings: route: no provider 'sales' (there are: zoom)",
        ),
        (
            {**zoom(), "route": ["zoom", "zoom"]},
            "settings: route must name each provider once, got 'zoom' more than once",
        ),
        (
            {**zoom(), "default_region": "Mars"},
            "settings: default_region 'Mars' is not a country; write its two ISO 3166 letters, such as 'ZA'",
        ),
        ({}, "settings: providers: is missing"),
        ({"providers": {}}, "settings: providers: is empty; add a [providers.<name>] table"),
        ({"providers": []}, "settings: providers: must be a table, got a list"),
        ({"providers": {"zoom": "x"}}, "settings: providers.zoom: must be a table, got text"),
        ([], "settings: must be a table, got a list"),
        (None, "settings: must be a table, got nothing"),
        (
            {"providers": {"a b": ZOOM}},
            "settings: providers.a b: the name must be 1 to 64 letters, digits, - and _, got 'a b'",
        ),
    ],
)
def test_an_error_is_reported_with_its_place_and_its_fix(settings: object, problem: str) -> None:
    assert problems_of(settings) == [problem]


@pytest.mark.parametrize(
    ("settings", "path", "known"),
    [(zoom(tokn="x"), "providers.zoom.tokn", "token"), ({**zoom(), "rout": []}, "rout", "route")],
)
def test_an_unknown_setting_is_reported_with_the_known_ones(settings: object, path: str, known: str) -> None:
    [problem] = problems_of(settings)
    assert problem.startswith(f"settings: {path}: unknown setting (known: ")
    assert known in problem


@pytest.mark.parametrize("name", [1, None, ("a",)])
def test_a_providers_name_is_text(name: object) -> None:
    assert any(
        "the name must be" in problem or "must be text" in problem
        for problem in problems_of({"providers": {name: ZOOM}})
    )


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"base_url": "zoomconnect.com"}, "base_url must be a URL such as https://host/path"),
        ({"base_url": "ftp://host/x"}, "base_url must be a URL"),
        ({"base_url": "https://"}, "base_url must be a URL"),
        ({"base_url": "https://host:99999/x"}, "base_url must be a URL"),
        ({"base_url": "https://[::1"}, "base_url must be a URL"),
        ({"base_url": f"https://user:{CANARY}@host/x"}, "base_url must have no query, fragment or credentials"),
        ({"base_url": f"https://host/x?token={CANARY}"}, "base_url must have no query, fragment or credentials"),
        ({"connect_timeout": 0}, "connect_timeout must be over 0 and at most 3600 seconds, got 0"),
        ({"read_timeout": -1}, "read_timeout must be over 0 and at most 3600 seconds, got -1"),
        ({"deadline": float("nan")}, "deadline must be over 0 and at most 3600 seconds, got nan"),
        ({"deadline": float("inf")}, "deadline must be over 0 and at most 3600 seconds, got inf"),
        ({"deadline": 10**400}, "int too large to convert to float"),
        ({"proxy": "host:3128"}, "proxy must be the URL of a proxy, such as http://host:port"),
        ({"proxy": "socks5://host:1080"}, "proxy must be the URL of a proxy"),
        ({"proxy": "http://"}, "proxy must be the URL of a proxy"),
        ({"proxy": f"http://[user:{CANARY}]@host"}, "proxy must be the URL of a proxy"),
        ({"proxy": f"http://user:{CANARY}@host:port"}, "proxy must be the URL of a proxy"),
        ({"ca_bundle": "/nowhere/ca.pem"}, "ca_bundle must be an existing file, got '/nowhere/ca.pem'"),
        ({"ca_bundle": "a\0b"}, "ca_bundle must be an existing file"),
        (
            {"time_zone": "Mars/Olympus"},
            "time_zone must be a time zone such as 'Africa/Johannesburg', got 'Mars/Olympus'",
        ),
        ({"time_zone": "../../etc/passwd"}, "time_zone must be a time zone"),
        ({"time_zone": ""}, "time_zone must be a time zone"),
        ({"token": ""}, "token must be printable ASCII and not empty"),
        ({"token": f"{CANARY}\r\nX: y"}, "token must be printable ASCII and not empty"),
        ({"token": f"{CANARY} é"}, "token must be printable ASCII and not empty"),
        ({"email": " "}, "email must be printable ASCII and not empty"),
    ],
)
def test_a_setting_that_cannot_be_right_is_refused_without_quoting_secrets(
    change: Mapping[str, object], what: str
) -> None:
    [problem] = problems_of(zoom(**change))
    assert what in problem
    assert problem.startswith("settings: providers.zoom")
    assert CANARY not in problem


def test_several_errors_are_reported_together_by_file_and_path(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        colour = "red"
        [providers.a]
        adapter = "hooli"
        [providers.b]
        adapter = "zoomconnect"
        email = 5
        [providers.c]
        adapter = "zoomconnect"
        email = "ops@example.com"
        token = { env = "ABSENT" }
        deadline = 0.0
        """,
    )
    with pytest.raises(ConfigError) as raised:
        Config.from_file(path, {})
    problems = [problem.removeprefix(f"{path}: ") for problem in raised.value.problems]
    assert [problem.partition(":")[0] for problem in problems] == [
        "colour",
        "providers.a.adapter",
        "providers.b.email",
        "providers.b.token",
        "providers.c.token",
        "providers.c",
    ]
    assert problems[-1] == "providers.c: deadline must be over 0 and at most 3600 seconds, got 0"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"route = [", "is not TOML: "),
        (b"a = 1\na = 2", "is not TOML: Cannot overwrite a value"),
        (b"token = \xff", "is not UTF-8 (byte 8); save it as UTF-8"),
        ("route = []".encode("utf-16"), "is not UTF-8 (byte 0); save it as UTF-8"),
        (b"a = " + b"[" * 20_000, "cannot be read: maximum recursion depth exceeded"),
        (b"a = " + b"9" * 5_000, "cannot be read: Exceeds the limit"),
        (b"", "providers: is missing"),
        (b"\0", "is not TOML: "),
    ],
    ids=lambda content: ascii(content[:20]),
)
def test_a_file_that_is_no_toml_is_an_error(tmp_path: Path, content: bytes, what: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(ConfigError) as raised:
        Config.from_file(path, {})
    assert str(raised.value).startswith(f"{path}: {what}")


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file; `smsgate init` writes one; or name another with --config"):
        Config.from_file(tmp_path / "absent.toml")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        Config.from_file(tmp_path)
    with pytest.raises(ConfigError, match="cannot be read: embedded null byte"):
        Config.from_file("a\0b")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(ConfigError, match="cannot be read: Too many levels of symbolic links"):
        Config.from_file(tmp_path / "loop")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is forbidden here")
def test_a_file_that_may_not_be_read_is_an_error(tmp_path: Path) -> None:
    path = written(tmp_path, TOML)
    path.chmod(0)
    with pytest.raises(ConfigError, match="cannot be read: Permission denied"):
        Config.from_file(path)


@pytest.mark.parametrize(
    ("environ", "what"),
    [
        ({}, "environment: no SMSGATE_* variables; set SMSGATE_CONFIG to a file"),
        ({"SMSGATE_COLOUR": "red"}, "environment: SMSGATE_COLOUR: unknown setting"),
        ({"SMSGATE_PROVIDERS": "zoom"}, "environment: SMSGATE_PROVIDERS: must be a table, got text"),
        ({"SMSGATE_ROUTE__X": "zoom"}, "environment: SMSGATE_ROUTE: must be a list, got a table"),
        (
            {"SMSGATE_PROVIDERS": "a", "SMSGATE_PROVIDERS__A": "b"},
            "environment: SMSGATE_PROVIDERS and SMSGATE_PROVIDERS__A both have a value",
        ),
        (
            {"SMSGATE_PROVIDERS__Z__DEADLINE": "soon", "SMSGATE_PROVIDERS__Z__ADAPTER": "zoomconnect"},
            "environment: SMSGATE_PROVIDERS__Z__DEADLINE: must be a number, got other text",
        ),
        ({"SMSGATE_PROVIDERS____X": "1"}, "environment: SMSGATE_PROVIDERS"),
        ({"SMSGATE_PROVIDRS__Z__ADAPTER": "a"}, "environment: SMSGATE_PROVIDRS: unknown setting"),
        ({"SMSGATE_PROVIDRS__Z__ADAPTER": "a"}, "did you mean 'providers'?"),
        ({"SMSGATE_": "1"}, "environment: "),
        ({"SMSGATE_CONFIG": ""}, "environment: no SMSGATE_* variables"),
    ],
)
def test_an_error_in_the_environment_is_reported(environ: Mapping[str, str], what: str) -> None:
    with pytest.raises(ConfigError) as raised:
        Config.from_env(environ)
    assert what in str(raised.value)


# Secrets -------------------------------------------------------------------------------------------------------------


def test_no_secret_is_shown_or_pickled() -> None:
    config = Config.from_mapping(zoom(token=CANARY, proxy=f"http://user:{CANARY}@host:3128"), {})
    gateway = Gateway.from_config(config)
    for shown in (config, config.accounts["zoom"].settings, gateway, gateway.provider("zoom")):
        assert CANARY not in repr(shown)
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(shown)


def test_the_secrets_of_an_account_are_those_that_its_repr_hides() -> None:
    settings = ZoomConnectSettings(email="ops@example.com", token="t0ken-1", proxy="http://u:p@host:1")
    assert sorted(settings.secrets) == ["http://u:p@host:1", "t0ken-1"]
