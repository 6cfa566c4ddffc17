"""What no schema says of a compose file: names that lead nowhere."""

from typing import Any

import pytest
import yaml

from tests.unit.deploy.compose import FILE, services

KNOWN = {
    "build", "command", "depends_on", "entrypoint", "environment", "healthcheck", "image", "init",
    "networks", "ports", "profiles", "restart", "security_opt", "shm_size", "stop_grace_period",
    "volumes",
}  # fmt: skip


def declared(kind: str) -> set[str]:
    document: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return set(document[kind])


@pytest.mark.parametrize("name", services())
def test_a_service_says_only_what_compose_understands(name: str) -> None:
    service = services()[name]

    assert service.keys() - KNOWN == set()
    assert all(isinstance(word, str) for word in service.get("command", []))
    assert set(service["networks"]) <= declared("networks")
    assert service.get("depends_on", {}).keys() <= services().keys()


def test_every_volume_is_declared_and_used() -> None:
    mounts = [mount for service in services().values() for mount in service.get("volumes", [])]

    assert {mount.split(":")[0] for mount in mounts} == declared("volumes")


@pytest.mark.parametrize("name", services())
def test_what_keeps_running_is_started_again(name: str) -> None:
    once = {"prepare", "mongodb-replica-set"}

    assert services()[name]["restart"] == ("no" if name in once else "unless-stopped")
