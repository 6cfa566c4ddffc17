"""ETags: a phone that has the newest answer gets none, and does not undo what it has not seen."""

import hashlib
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils.decorators import decorator_from_middleware
from django.utils.translation import gettext
from rest_framework.request import Request

from shop.core.errors import DomainError

View = Callable[..., HttpResponseBase]


class ChangedMeanwhile(DomainError):
    """412: what the caller wants to change is no longer what they have seen."""

    code = "changed_meanwhile"

    def __init__(self) -> None:
        super().__init__(gettext("It has changed since you last read it. Read it again."))


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


def check_unchanged(request: Request, version: object) -> None:
    """Refuse a change under `If-Match` of another version; call it under the lock of the thing.

    Only the version counts: prices and dates of delivery that have changed are no reason to
    refuse, they are agreed to at checkout.

    :raises ChangedMeanwhile: when it is another one
    """
    expected = expected_versions(request)
    if expected is not None and str(version) not in expected:
        raise ChangedMeanwhile


def expected_versions(request: Request) -> frozenset[str] | None:
    """Return the versions in `If-Match`, None if any will do."""
    wanted = request.headers.get("If-Match", "").strip()
    if wanted in ("", "*"):
        return None
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in wanted.split(",")]
    return frozenset(tag.rpartition(".")[0] for tag in tags)
