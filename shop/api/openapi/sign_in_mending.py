"""Where allauth answers otherwise than its own description says; the tests found each of these."""

import json
from collections.abc import Iterator
from typing import Any

from allauth.headless.constants import Flow

from shop.api.openapi.references import SCHEMAS

BY_EMAIL = ("email", "password")
JSON = "application/json"
PEOPLE = {"email@domain.org": "ada@example.com", "Magic Wizard": "Ada Park"}
# Where they describe what can be configured, and we have.
DESCRIPTIONS = {
    "sign_in": "By e-mail and password.",
    "sign_up": "A code goes to the e-mail; `verify_email` takes it and signs in.",
}


def in_our_words(document: dict[str, Any]) -> dict[str, Any]:
    """Return it with the people of our examples."""
    text = json.dumps(document)
    for theirs, ours in {**PEOPLE, "Alohomora!": "correct horse battery"}.items():
        text = text.replace(f'"{theirs}"', f'"{ours}"')
    renamed: dict[str, Any] = json.loads(text)
    return renamed


def mend(shared: dict[str, Any]) -> None:
    """Say what allauth really answers."""
    schemas = shared["schemas"]
    for schema in list(_dictionaries([schemas, shared["responses"]])):
        if schema.pop("nullable", False) and "$ref" in schema:
            schema["anyOf"] = [{"$ref": schema.pop("$ref")}, {"type": "null"}]
        if "oneOf" in schema:
            schema["anyOf"] = schema.pop("oneOf")  # more than one often fits
    schemas["BaseAuthenticationMeta"]["properties"]["refresh_token"] = {
        "type": "string",
        "description": "For the next access token; serves once.",
    }
    # None where nobody is there to be asked about.
    meta = schemas["AuthenticationMeta"]["allOf"][1]["properties"]
    meta["is_authenticated"]["type"] = ["boolean", "null"]
    flow = schemas["Flow"]["properties"]
    flow["id"]["enum"] = sorted(each.value for each in Flow if each != Flow.VERIFY_PHONE)
    del flow["is_pending"]["enum"]
    configuration = schemas["AccountConfiguration"]
    configuration["required"] = list(configuration["properties"])
    for parameter in shared["parameters"].values():
        if parameter["name"] == "passwordless":
            parameter["schema"] = {"type": "string"}  # whatever its value
    _sign_in_by_email(shared)
    credential = schemas["WebAuthnCredential"]
    credential["example"] = credential["example"]["credential"]
    _mend_examples(shared)


def _sign_in_by_email(shared: dict[str, Any]) -> None:
    """Leave only the way in that there is: nobody has a username, or signs in by telephone."""
    schemas = shared["schemas"]
    schemas["Login"] = {
        "type": "object",
        "properties": {name: {"$ref": f"{SCHEMAS}{name.title()}"} for name in BY_EMAIL},
        "required": list(BY_EMAIL),
    }
    for each in _dictionaries([schemas, shared["examples"]]):
        each.pop("username", None)


def _mend_examples(shared: dict[str, Any]) -> None:
    examples = shared["examples"]
    ways_in = [{"id": name} for name in ("login", "login_by_code", "signup")]
    examples["UnauthenticatedInitial"]["value"]["data"]["flows"] = ways_in
    # Two that do not fit what they are examples of.
    del shared["responses"]["SessionGone"]["content"][JSON]["examples"]
    error = {"code": "cannot_generate_recovery_codes", "message": "There is no second step yet."}
    examples["CannotGenerateRecoveryCodes"]["value"]["errors"] = [error]


def _dictionaries(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for inner in node.values():
            yield from _dictionaries(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _dictionaries(inner)
