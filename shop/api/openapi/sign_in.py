"""Signing in: allauth's own description, corrected where its answers are others than it says.

It is written for OpenAPI 3.0, names no operations, leaves statuses out and repeats the session's
token as a parameter. What it describes and the shop does not offer is left out.
"""

from collections.abc import Iterator
from typing import Any

from allauth.headless.spec.internal.schema import get_schema
from django.urls import Resolver404, resolve

from shop.api.openapi.answers import problem_answer, problem_content, shared_headers
from shop.api.openapi.references import SCHEMAS, follow, rename_schemas
from shop.api.openapi.security import ON_THE_WAY_IN, SIGNED_IN
from shop.api.openapi.sign_in_mending import DESCRIPTIONS, JSON, in_our_words, mend
from shop.api.openapi.sign_in_names import NAMES
from shop.api.problems import MEDIA_TYPE
from shop.api.sign_in_guard import allowed_methods

ROOT = "/api/v1/auth/app/v1/"
PREFIX = "Auth"  # theirs are called Email, Session, User: such names may come up here as well
NOT_OFFERED = ("auth/phone/", "account/phone")
# Only who is signed in already gets on there.
FOR_CUSTOMERS = ("account/", "auth/sessions", "reauthenticate")
# A step on the way in as well: another e-mail may be given while its code is waited for.
NOT_ONLY_FOR_CUSTOMERS = ("add_email",)

TOLD_ELSEWHERE: dict[str, dict[str, str]] = {
    # What allauth forgot to list, by operation: status and the answer it names elsewhere.
    "change_password": {"200": "Authenticated"},
    "renew_recovery_codes": {"200": "RecoveryCodes"},
    "request_sign_in_code": {"200": "Authenticated"},  # who is signed in already
}
UNAUTHORIZED = ("AuthenticationResponse", "ReauthenticationResponse")
REFUSED_INPUT = ("end_devices", "add_passkey", "rename_passkey", "remove_passkeys")


def sign_in_part() -> dict[str, Any]:
    """Return paths, schemas and examples of signing in, as parts of an OpenAPI 3.1 document."""
    theirs = in_our_words(get_schema())
    shared = theirs["components"]
    mend(shared)
    paths: dict[str, Any] = {}
    for path, item in theirs["paths"].items():
        if _is_offered(path):
            paths[path] = {
                method: _operation(method, path, operation, shared)
                for method, operation in item.items()
            }
    part = {
        "paths": paths,
        "components": {"schemas": shared["schemas"], "examples": shared["examples"]},
    }
    return rename_schemas(part, PREFIX)


def _is_offered(path: str) -> bool:
    if not path.startswith(ROOT) or path.removeprefix(ROOT).startswith(NOT_OFFERED):
        return False
    try:
        return allowed_methods(resolve(path).func) is not None
    except Resolver404:
        return False


def _operation(
    method: str, path: str, theirs: dict[str, Any], shared: dict[str, Any]
) -> dict[str, Any]:
    name = NAMES[f"{method} {path.removeprefix(ROOT)}"]
    summary = theirs["summary"].strip()
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "description": DESCRIPTIONS.get(name) or theirs.get("description", summary).strip(),
        "tags": theirs["tags"],
        "security": SIGNED_IN if _needs_customer(name, path) else ON_THE_WAY_IN,
    }
    parameters = [follow(each, shared) for each in theirs.get("parameters", [])]
    others = [each for each in parameters if each["name"] != "X-Session-Token"]
    if others:
        operation["parameters"] = others
    if "requestBody" in theirs:
        operation["requestBody"] = {"required": True, **follow(theirs["requestBody"], shared)}
    operation["responses"] = _answers(name, theirs, shared)
    return operation


def _needs_customer(name: str, path: str) -> bool:
    return name not in NOT_ONLY_FOR_CUSTOMERS and any(part in path for part in FOR_CUSTOMERS)


def _answers(name: str, theirs: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    answers = {
        status: {**follow(answer, shared)} for status, answer in theirs["responses"].items()
    }
    answers["429"] = problem_answer(429)
    for status, other in TOLD_ELSEWHERE.get(name, {}).items():
        answers[status] = {**shared["responses"][other]}
    for status, answer in _everywhere(name, theirs, shared):
        answers.setdefault(status, {**answer})
    if "content" in answers["401"]:
        # Whatever is asked for: who is not signed in at all is told so first.
        schemas = [{"$ref": f"{SCHEMAS}{name}"} for name in UNAUTHORIZED]
        told = answers["401"]["content"][JSON]
        answers["401"]["content"] = {JSON: {**told, "schema": {"anyOf": schemas}}}
    for status in ("400", "401"):
        # allauth's own refusals, and ours of what is sent to it.
        if "content" in answers.get(status, {}):
            content = answers[status]["content"]
            answers[status]["content"] = {**content, MEDIA_TYPE: problem_content(int(status))}
    for status, answer in answers.items():
        if "$ref" not in answer:
            answer["headers"] = shared_headers(status)
    return dict(sorted(answers.items()))


def _everywhere(
    name: str, theirs: dict[str, Any], shared: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    responses = shared["responses"]
    yield "401", responses["Authentication"]
    yield "410", responses["SessionGone"]
    yield "503", problem_answer(503)
    if "requestBody" in theirs:
        yield "400", responses["Error"] if name in REFUSED_INPUT else problem_answer(400)
        yield "413", problem_answer(413)
