"""What every call may be answered with, and the headers that come along."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from shop.api.problems import MEDIA_TYPE, problem_of
from shop.api.schema import MEANINGS
from shop.api.windows import SECONDS

PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
ALWAYS: tuple[int, ...] = (401, 429, 503)
WITH_PATH = (404,)
WITH_QUERY = (422,)
WITH_BODY = (400, 413, 415, 422)
CODES: Mapping[int, tuple[str, str]] = {
    400: ("parse_error", "This request cannot be read."),
    401: ("not_authenticated", "Sign in, or send a guest's cart token."),
    402: ("gateway_refused", "The payment was refused."),
    403: ("permission_denied", "This is not allowed."),
    404: ("not_found", "There is no such thing."),
    409: ("conflict", "It clashes with the current state."),
    412: ("changed_meanwhile", "It has changed since you last read it. Read it again."),
    413: ("too_large", "What was sent is too large."),
    415: ("unsupported_media_type", "Send JSON."),
    422: ("invalid_input", "Some of it does not fit."),
    429: ("throttled", "Too many calls: wait a moment."),
    503: ("unavailable", "Something we need does not answer. Please try again shortly."),
}
LATER = ("409", "429", "503")  # these may say when to come back

HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {"schema": {"type": "string"}, "description": "Names this answer for If-None-Match."},
    "Location": {"schema": {"type": "string"}, "description": "Where the new thing is."},
    "Idempotent-Replayed": {
        "schema": {"type": "string", "const": "true"},
        "description": "This is the first call's answer: nothing was done again.",
    },
    "Retry-After": {
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
        "description": "In how many seconds to call again.",
    },
    "Last-Modified": {
        "schema": {"type": "string"},
        "description": "When it changed last, for If-Modified-Since.",
    },
    "Content-Language": {
        "schema": {"type": "string"},
        "description": "What texts for people are in: of Accept-Language's what we have.",
    },
    "Vary": {
        "schema": {"type": "string"},
        "description": "Which headers of the call the answer depends on.",
    },
    "Cache-Control": {
        "schema": {"type": "string"},
        "description": "Who may keep it: any cache if `public`, else only the caller's own.",
    },
    "WWW-Authenticate": {
        "schema": {"type": "string"},
        "description": "Bearer: send an access token.",
    },
    "RateLimit-Limit": {
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
        "description": f"How many calls of this kind a caller has in {SECONDS} seconds.",
    },
    "RateLimit-Remaining": {
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
        "description": "How many of them are left.",
    },
    "RateLimit-Reset": {
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
        "description": "In how many seconds there are as many again.",
    },
    "RateLimit-Policy": {
        "schema": {"type": "string", "pattern": "^[0-9]+;w=[0-9]+$"},
        "description": "How many calls in how many seconds.",
    },
}
ON_ALL = (
    *("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy"),
    *("Content-Language", "Vary", "Cache-Control"),
)


def problem_responses() -> dict[str, Any]:
    """Return the refusals that calls refer to, by name."""
    return {
        _name(status): {
            "description": MEANINGS[status],
            "headers": shared_headers(str(status)),
            "content": {MEDIA_TYPE: problem_content(status)},
        }
        for status in CODES
    }


def problem_content(status: int) -> dict[str, Any]:
    return {**PROBLEM, "example": problem_of(status, *CODES[status])}


def problem_answer(status: int) -> dict[str, Any]:
    return {"$ref": f"#/components/responses/{_name(status)}"}


def add_shared_answers(operation: dict[str, Any], method: str) -> None:
    """Add the refusals and headers that a view of ours need not name itself."""
    answers = operation["responses"]
    for status, answer in answers.items():
        if MEDIA_TYPE in answer.get("content", {}):
            answers[status] = problem_answer(int(status))
            continue
        answer["description"] = answer.get("description") or MEANINGS[int(status)]
        # What the view says it sends there, see `sends`, and what all have in common.
        own = _references(answer.get("headers", {}))
        answer["headers"] = _headers(operation, method, status) | own
    for status in _shared(operation):
        answers.setdefault(str(status), problem_answer(status))
    operation["responses"] = dict(sorted(answers.items()))


def shared_headers(status: str) -> dict[str, Any]:
    """Return the headers that any answer of the status may have, whoever gives it."""
    names = [*ON_ALL]
    if status in LATER:
        names.append("Retry-After")
    if status == "401":
        names.append("WWW-Authenticate")
    return _references(names)


def _shared(operation: dict[str, Any]) -> tuple[int, ...]:
    sent = {parameter["in"] for parameter in operation.get("parameters", [])}
    found = ALWAYS
    if "path" in sent:
        found += WITH_PATH
    if "requestBody" in operation:
        return found + WITH_BODY
    return found + (WITH_QUERY if sent - {"path"} else ())


def _headers(operation: dict[str, Any], method: str, status: str) -> dict[str, Any]:
    names = []
    if status in ("200", "304") and method == "get":
        names.append("ETag")
    sent = {parameter["name"] for parameter in operation.get("parameters", [])}
    if status.startswith("2") and "Idempotency-Key" in sent:
        names.append("Idempotent-Replayed")
    return shared_headers(status) | _references(names)


def _references(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _name(status: int) -> str:
    return HTTPStatus(status).phrase.replace(" ", "")
