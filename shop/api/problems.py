"""Refusals and outages as `application/problem+json` (RFC 9457), in one shape everywhere.

Beside what the RFC names, a problem has `code`, which a program can tell refusals apart by, and
`fields`, which texts belong to which field of what was sent.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404
from django.utils.translation import gettext, gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response

from accounts.errors import AddressChanged
from cart.errors import CartChanged
from logistics.errors import InsufficientStock
from orders.errors import TotalChanged
from shop.core.errors import ShopError
from shop.pages.errors import RETRY_AFTER, status_of

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
UNAVAILABLE = gettext_lazy(
    "Something we need does not answer. Nothing was lost: please try again shortly."
)
BAD_TEXT = gettext_lazy("What was sent has characters that nobody can type.")

Problem = dict[str, Any]


def problem_of(
    status: int, code: str, detail: str, *, fields: Mapping[str, list[str]] | None = None
) -> Problem:
    """Return the body; `fields` is left out where no field is to blame."""
    body: Problem = {
        "type": f"/api/v1/docs/#problem-{code}",
        "title": gettext(HTTPStatus(status).phrase),
        "status": status,
        "code": code,
        "detail": gettext(detail) if detail else "",
    }
    if fields:
        body["fields"] = {
            name: [gettext(text) if text else "" for text in texts]
            for name, texts in fields.items()
        }
    return body


def answer_with(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        problem, status=problem["status"], content_type=MEDIA_TYPE, headers=dict(headers or {})
    )


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer for an exception of a view; None for a bug, which is logged and becomes a 500."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.APIException):
        return _framework_refusal(error)
    if isinstance(error, ShopError | DatabaseError):
        return _shop_refusal(error, context)
    return None


def _framework_refusal(error: exceptions.APIException) -> Response:
    headers = {}
    if isinstance(error, exceptions.AuthenticationFailed | exceptions.NotAuthenticated):
        headers["WWW-Authenticate"] = getattr(error, "auth_header", "Bearer")
    wait = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    if isinstance(error, exceptions.ValidationError):
        fields = _flat(error.detail)
        problem = problem_of(
            422, "invalid_input", gettext("Some of it does not fit."), fields=fields
        )
        return answer_with(problem)
    code = str(error.default_code)
    problem = problem_of(error.status_code, code, _sentence(error.detail))
    return answer_with(problem, headers)


def _shop_refusal(error: Exception, context: Mapping[str, Any]) -> Response | None:
    status = 412 if isinstance(error, AddressChanged | CartChanged) else status_of(error)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    headers = {}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        view = type(context.get("view")).__name__
        logger.error("Could not answer an API call: %s", error, extra={"view": view})
        headers["Retry-After"] = RETRY_AFTER
    wait = getattr(error, "retry_after", None)
    if wait is not None:
        headers["Retry-After"] = str(wait)
    problem = problem_of(
        status, _code(error, status), _detail(error, status), fields=getattr(error, "fields", None)
    )
    return answer_with(problem | _more(error), headers)


def _more(error: Exception) -> Problem:
    """Return what a program needs to go on from here."""
    if isinstance(error, InsufficientStock):
        return {
            "shortages": [
                {"sku": short.sku, "available": short.available} for short in error.shortages
            ]
        }
    if isinstance(error, TotalChanged):
        return {"total": {"minor": error.actual.minor, "currency": error.actual.currency}}
    return {}


def _code(error: Exception, status: int) -> str:
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return "unavailable"
    return str(getattr(error, "code", "bad_request"))


def _detail(error: Exception, status: int) -> str:
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return str(UNAVAILABLE)
    return str(error) if isinstance(error, ShopError) and str(error) else str(BAD_TEXT)


def _flat(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """Return the texts by the path of their field, such as `lines.0.sku`."""
    if isinstance(detail, Mapping):
        flat: dict[str, list[str]] = {}
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else str(name)
            flat |= _flat(inner, ".".join(part for part in (prefix, own) if part))
        return flat
    if any(isinstance(each, Mapping) for each in detail):
        flat = {}
        for place, inner in enumerate(detail):
            flat |= _flat(inner, f"{prefix}.{place}" if prefix else str(place)) if inner else {}
        return flat
    return {prefix or "body": [str(each) for each in detail]}


def _sentence(detail: Any) -> str:
    return str(detail) if isinstance(detail, str) else " ".join(str(each) for each in detail)
