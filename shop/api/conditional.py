"""ETags: a phone that has the newest answer gets none, and does not undo what it has not seen."""

import hashlib
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils.decorators import decorator_from_middleware
from rest_framework.request import Request

View = Callable[..., HttpResponseBase]


class NameSuccesses(ConditionalGetMiddleware):
    """Django's would name refusals too, though nobody may be answered 304 instead of one."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            return response
        return super().process_response(request, response)


def cacheable(view: View) -> View:
    """Answer a read with an ETag of its content, and 304 to who has it already."""
    found: View = decorator_from_middleware(NameSuccesses)(view)
    return found


def etag_of(version: object, content: Any) -> str:
    """Return a tag of the stored version and of what is shown of it, prices of today included."""
    text = json.dumps(content, sort_keys=True, default=str)
    return f'"{version}.{hashlib.sha256(text.encode()).hexdigest()[:12]}"'


def expected_versions(request: Request) -> frozenset[str] | None:
    """Return the versions in `If-Match`, None if any will do; compare under the thing's lock.

    Only versions count: prices and dates of delivery that have changed are no reason to refuse,
    they are agreed to at checkout.
    """
    wanted = request.headers.get("If-Match", "").strip()
    if wanted in ("", "*"):
        return None
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in wanted.split(",")]
    return frozenset(tag.rpartition(".")[0] for tag in tags)
