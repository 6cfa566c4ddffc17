"""Refusals and outages as pages: the one place that maps kinds of error to what HTTP says."""

import logging
from dataclasses import dataclass
from http import HTTPStatus

from django.db import DatabaseError, DataError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import urlencode

from search.errors import PageOutOfRange
from shop.core.errors import (
    Conflict,
    Declined,
    DomainError,
    InfrastructureError,
    InvalidInput,
    NotFound,
    NotServiceable,
    ShopError,
)
from shop.pages.shopper import ShopRequest

logger = logging.getLogger(__name__)

STATUS_OF: tuple[tuple[type[Exception], int], ...] = (
    (NotFound, 404),
    (Conflict, 409),
    (Declined, 402),
    (InvalidInput, 422),
    (NotServiceable, 422),
    (DomainError, 400),
    (InfrastructureError, 503),
    (OperationalError, 503),
    # A value the database cannot hold, such as text with a NUL: it came with the request.
    (DataError, 400),
)
RETRY_AFTER = "10"
TITLES = {
    402: "The payment was declined",
    404: "We could not find that",
    409: "That has changed meanwhile",
    422: "That does not work",
    503: "Back in a moment",
}


@dataclass(frozen=True, kw_only=True)
class ErrorPage:
    status: int
    title: str
    message: str
    url: str = "/"
    link: str = "Go to the start page"


def status_of(error: Exception) -> int:
    """Return the HTTP status for an error, 500 for one nobody anticipated."""
    return next((status for kind, status in STATUS_OF if isinstance(error, kind)), 500)


def render_error(request: ShopRequest, error: ShopError | DatabaseError) -> HttpResponse | None:
    """Return the page, or the toast for htmx, that tells what went wrong; None for a bug."""
    status = status_of(error)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        logger.error("Could not serve a page: %s", error, extra={"path": request.path})
    page = _page_for(request, error, status)
    if getattr(request, "htmx", False):
        return _toast(page)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        # Without the request: neither session nor database may be asked again.
        return HttpResponse(
            render_to_string("503.html"), status=status, headers={"Retry-After": RETRY_AFTER}
        )
    return render(request, "pages/error.html", {"page": page}, status=status)


def _toast(page: ErrorPage) -> HttpResponse:
    text = render_to_string("components/toast.html", {"text": page.message, "tone": "bad"})
    headers = {"HX-Retarget": "#toasts", "HX-Reswap": "beforeend"}
    if page.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = RETRY_AFTER
    return HttpResponse(text, status=page.status, headers=headers)


def _page_for(request: ShopRequest, error: Exception, status: int) -> ErrorPage:
    if isinstance(error, PageOutOfRange):
        return ErrorPage(
            status=404,
            title="There is no such page of results",
            message=f"The last page is {error.pages}.",
            url=_first_page(request),
            link="Go to page 1",
        )
    message = str(error)
    if isinstance(error, DataError):
        message = "What was sent to us has characters that nobody can type."
    elif status == HTTPStatus.SERVICE_UNAVAILABLE or not message:
        message = "Something we need does not answer. Nothing was lost: please try again shortly."
    return ErrorPage(status=status, title=TITLES.get(status, "That did not work"), message=message)


def _first_page(request: ShopRequest) -> str:
    kept = [
        (name, value) for name, values in request.GET.lists() if name != "page" for value in values
    ]
    return f"{request.path}?{urlencode(kept)}" if kept else request.path
