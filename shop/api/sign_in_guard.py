"""What allauth would stumble over is refused before it gets there, and what it refuses for being
too often is recognized.
"""

import json
import logging
from http import HTTPStatus
from typing import Any

from allauth.headless.base.views import APIView
from allauth.headless.internal.restkit.response import ErrorResponse
from django.http import HttpRequest, HttpResponseBase

logger = logging.getLogger(__name__)

PASSKEYS = "/webauthn"
TEXTS = (
    *("email", "password", "current_password", "new_password", "full_name", "name"),
    *("code", "key", "refresh_token"),
)
CODE_BY_EMAIL = "/auth/code/request"
TOO_OFTEN = frozenset({"too_many_login_attempts", "rate_limited"})
# The longest of allauth's windows: after wrong passwords and second steps, and all others.
WRONG_WINDOW, USUAL_WINDOW = 300, 60
# Decoding comes before looking at what there is to be decoded.
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)


def allowed_methods(view: Any) -> list[str] | None:
    """Return what one of allauth's views can, None for other views.

    They look at what was sent before they look at how.
    """
    kind = getattr(view, "view_class", None)
    if kind is None or not issubclass(kind, APIView):
        return None
    has = [name.upper() for name in kind.http_method_names if hasattr(kind, name)]
    return [*has, "HEAD"] if "GET" in has else has


def is_misshapen(request: HttpRequest) -> bool:
    """Tell whether a passkey was sent that is no object, or a text that is none.

    `false` would be kept as a passkey, and neither opened nor listed from then on; 0 would be
    taken for "0".
    """
    if request.method in {"GET", "HEAD"}:
        return False
    try:
        sent = json.loads(request.body)
    except ValueError:
        return False  # they say so themselves
    except RecursionError:
        return True
    if not isinstance(sent, dict):
        return False
    has_passkey = PASSKEYS in request.path and "credential" in sent
    return (has_passkey and not isinstance(sent["credential"], dict)) or any(
        isinstance(sent.get(name), bool | int | float) for name in TEXTS
    )


def seconds_to_wait(request: HttpRequest, response: HttpResponseBase) -> int | None:
    """Return how long who has asked allauth too often is to wait, None for any other answer.

    It says so by 429 or, where a form finds out, by an error among those of its fields.
    """
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return None if response.has_header("Retry-After") else USUAL_WINDOW
    if response.status_code != HTTPStatus.BAD_REQUEST or not isinstance(response, ErrorResponse):
        return None
    errors = json.loads(response.content).get("errors", [])
    if TOO_OFTEN.isdisjoint(error.get("code") for error in errors):
        return None
    return USUAL_WINDOW if request.path.endswith(CODE_BY_EMAIL) else WRONG_WINDOW


def status_of(request: HttpRequest, error: Exception) -> int | None:
    """Return what an exception of theirs says about the request, None for a fault of ours."""
    if isinstance(error, UnicodeError):
        return (
            HTTPStatus.BAD_REQUEST
        )  # half of a surrogate pair: JSON can say it, but it is no text
    if PASSKEYS in request.path and isinstance(error, UNREADABLE):
        logger.warning("Could not read a passkey: %s", error)
        return HTTPStatus.BAD_REQUEST
    return None
