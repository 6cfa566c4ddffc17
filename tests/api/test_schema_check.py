"""`make schema-check`: apps of the last release must go on working."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

Change = Callable[[dict[str, Any]], object]
Check = Callable[[Change], subprocess.CompletedProcess[str]]
ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Compare the committed schema with itself after a change."""
    if shutil.which("go") is None:
        reason = "NO GO: oasdiff cannot be built, so nobody has tried what schema-check refuses."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)

    def run(change: Change) -> subprocess.CompletedProcess[str]:
        released = ROOT / "docs" / "api" / "openapi.json"
        document = json.loads(released.read_text())
        change(document)
        changed = tmp_path / "changed.json"
        changed.write_text(json.dumps(document))
        command = ["make", "schema-check", f"RELEASED={released}", f"SCHEMA={changed}"]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    return run


def shape(document: dict[str, Any], name: str) -> Any:
    return document["components"]["schemas"][name]


def remove_a_field(document: dict[str, Any]) -> None:
    del shape(document, "Cart")["properties"]["count"]
    shape(document, "Cart")["required"].remove("count")


def remove_an_optional_field(document: dict[str, Any]) -> None:
    del shape(document, "Problem")["properties"]["fields"]


def ask_for_more(document: dict[str, Any]) -> None:
    shape(document, "LineRequest")["required"].append("place")


def remove_a_call(document: dict[str, Any]) -> None:
    del document["paths"]["/api/v1/cart/"]["delete"]


def rename_a_call(document: dict[str, Any]) -> None:
    document["paths"]["/api/v1/cart/"]["get"]["operationId"] = "get_cart"


def change_a_type(document: dict[str, Any]) -> None:
    shape(document, "Money")["properties"]["minor"]["type"] = "string"


def add_a_field(document: dict[str, Any]) -> None:
    shape(document, "Cart")["properties"]["weight"] = {"type": "integer"}


def add_an_optional_parameter(document: dict[str, Any]) -> None:
    document["paths"]["/api/v1/cart/"]["get"]["parameters"].append(
        {"name": "expand", "in": "query", "schema": {"type": "string"}}
    )


def add_a_value(document: dict[str, Any]) -> None:
    shape(document, "StatusEnum")["enum"].append("lost")


def add_a_call(document: dict[str, Any]) -> None:
    operation = {**document["paths"]["/api/v1/cart/"]["get"], "operationId": "read_lists"}
    document["paths"]["/api/v1/lists/"] = {"get": operation}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (remove_a_field, "response-required-property-removed"),
        (remove_an_optional_field, "response-optional-property-removed"),
        (ask_for_more, "request-property-became-required"),
        (remove_a_call, "api-removed-without-deprecation"),
        (rename_a_call, "api-operation-id-removed"),
        (change_a_type, "response-property-type-changed"),
    ],
)
def test_what_breaks_apps_is_refused(check: Check, change: Change, why: str) -> None:
    result = check(change)

    assert result.returncode != 0
    assert why in result.stdout


@pytest.mark.parametrize(
    "change", [add_a_field, add_an_optional_parameter, add_a_value, add_a_call]
)
def test_what_is_new_is_accepted(check: Check, change: Change) -> None:
    result = check(change)

    assert result.returncode == 0, result.stdout
