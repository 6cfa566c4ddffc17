"""Whether an answer is one that the schema tells of."""

import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from shop.api.docs import whole_schema
from shop.api.openapi.answers import ON_ALL

URI = "urn:parcelwise:api"
# HTTP's own, and what browsers are told about any page: not worth a line at each call.
OF_ANY_SERVER = {
    *("connection", "content-encoding", "content-length", "content-type", "date", "server"),
    *("allow", "expires", "transfer-encoding"),
    *("cross-origin-opener-policy", "referrer-policy", "strict-transport-security"),
    *("x-content-type-options", "x-frame-options"),
    "x-noise",  # of compression: hides how long an answer is
}


def check(method: str, path: str, answer: Any) -> None:
    """Fail if the schema does not list the answer's status, headers, type or content for the call.

    Calls that the schema does not know at all are left alone: they are answered 404 or 405.
    """
    template = find_path(path.partition("?")[0])
    operation = whole_schema()["paths"].get(template, {}).get(method.lower())
    if operation is None:
        return
    named = f"{method} {template} -> {answer.status_code}"
    status = str(answer.status_code)
    assert status in operation["responses"], f"{named} is not in the schema"
    told = follow(operation["responses"][status])
    _check_headers(named, told, answer)
    if "content" not in told:
        assert answer.content == b"", f"{named} has content"
        return
    media_type = answer.headers.get("Content-Type", "").partition(";")[0]
    assert media_type in told["content"], f"{named} as {media_type} is not in the schema"
    if media_type.endswith("json"):
        errors = list(_validator(told["content"][media_type]["schema"]).iter_errors(answer.json()))
        assert errors == [], f"{named}: {[f'{e.json_path}: {e.message}' for e in errors]}"


def _check_headers(named: str, told: dict[str, Any], answer: Any) -> None:
    declared = {name.lower(): follow(header) for name, header in told.get("headers", {}).items()}
    sent = {name.lower(): value for name, value in answer.headers.items()}
    undeclared = sent.keys() - declared.keys() - OF_ANY_SERVER
    assert undeclared == set(), f"{named} has {sorted(undeclared)}, which the schema does not tell"
    missing = {name.lower() for name in ON_ALL} - sent.keys()
    assert missing == set(), f"{named} lacks {sorted(missing)}, which every answer has"
    for name in sent.keys() & declared.keys():
        errors = list(Draft202012Validator(declared[name]["schema"]).iter_errors(sent[name]))
        assert errors == [], f"{named}: {name}: {sent[name]}"


def find_path(path: str) -> str:
    """Return the path of the schema that an address belongs to, "" for none."""
    return next((found for found, pattern in _patterns() if pattern.fullmatch(path)), "")


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    # Those without parameters first: `/products/batch/` is no SKU.
    paths = sorted(whole_schema()["paths"], key=lambda path: path.count("{"))
    return [(path, re.compile(re.sub(r"{[^}]+}", "[^/]+", path))) for path in paths]


@cache
def registry() -> Registry[Any]:
    document = DRAFT202012.create_resource(whole_schema())
    registry: Registry[Any] = Registry().with_resource(URI, document)
    return registry


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(absolute(schema), registry=registry())


def absolute(node: Any) -> Any:
    if isinstance(node, list):
        return [absolute(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    copy = {name: absolute(inner) for name, inner in node.items()}
    if str(copy.get("$ref", "")).startswith("#"):
        copy["$ref"] = URI + copy["$ref"]
    return copy


def follow(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    _, _, kind, name = node["$ref"].split("/")
    found: dict[str, Any] = whole_schema()["components"][kind][name]
    return found
