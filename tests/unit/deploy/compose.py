"""`deploy/compose.yaml` as Docker Compose reads it, anchors resolved."""

from typing import Any

import yaml

from tests.architecture.sources import ROOT

FILE = ROOT / "deploy" / "compose.yaml"
Service = dict[str, Any]


def services() -> dict[str, Service]:
    """Return every service by name."""
    found: dict[str, Service] = yaml.safe_load(FILE.read_text())["services"]
    return found


def shop_services() -> dict[str, Service]:
    """Return those that run the shop's own image."""
    return {
        name: service for name, service in services().items() if service["image"] == "parcelwise"
    }


def major(image: str) -> str:
    return image.rpartition(":")[2].split(".")[0]
