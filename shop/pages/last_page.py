"""The last copy of a catalogue page, shown while what it is made of does not answer.

Copies are of what a guest with an empty cart is shown, by address of the page and of delivery.
"""

import hashlib
import logging
import pickle
import re
import time
import zlib
from collections.abc import Callable
from datetime import datetime

from django.contrib.messages import get_messages
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone

from shop.pages.shopper import ShopRequest, as_shop_request, claimed_customer_id

logger = logging.getLogger(__name__)

UNAVAILABLE = 503
PATHS = re.compile(r"/$|/search/$|/c/|/p/[^/]+/[^/]+/$")
LONGEST_QUERY = 200
LARGEST_BYTES = 500_000
COPY_SECONDS = 60  # a page is copied at most so often
MOST_REMEMBERED = 5000
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*')
START = b'<main id="main" tabindex="-1">'

_copied: dict[str, float] = {}


class LastPageMiddleware:
    """Keep copies of pages that were shown; show one instead of "503, back in a moment"."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, plain_request: HttpRequest) -> HttpResponseBase:
        request = as_shop_request(plain_request)
        response = self.get_response(request)
        if not _may_be_copied(request):
            return response
        if response.status_code == UNAVAILABLE:
            return _last_copy(request) or response
        if isinstance(response, HttpResponse) and _is_worth_a_copy(request, response):
            _keep(request, response.content)
        return response


def forget_copies() -> None:
    """Copy every page again when it is next shown."""
    _copied.clear()


def _may_be_copied(request: ShopRequest) -> bool:
    return (
        request.method == "GET"
        and PATHS.match(request.path) is not None
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
        and not getattr(request, "htmx", False)
    )


def _is_worth_a_copy(request: ShopRequest, response: HttpResponse) -> bool:
    """Is it a whole page with nothing in it that is somebody's own?"""
    return (
        response.status_code == 200  # noqa: PLR2004
        and len(response.content) <= LARGEST_BYTES
        and not request.is_without_sql
        and not request.is_personal
        and request.tally.cart <= 0
        and request.tally.wishes <= 0
        and claimed_customer_id(request) is None
        and not getattr(get_messages(request), "used", False)
    )


def _key(request: ShopRequest) -> str:
    # Only lists read their parameters: a stranger's must not push other pages out.
    is_list = request.path.startswith(("/search/", "/c/"))
    address = request.get_full_path() if is_list else request.path
    parts = [address, request.get_host(), repr(request.deliver_to)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _keep(request: ShopRequest, body: bytes) -> None:
    key, moment = _key(request), time.monotonic()
    if moment - _copied.get(key, -COPY_SECONDS) < COPY_SECONDS:
        return
    if len(_copied) >= MOST_REMEMBERED:
        _copied.clear()
    _copied[key] = moment
    try:
        caches["last_pages"].set(key, (timezone.now(), body))
    except OSError as error:  # a full disk must not take a page down
        logger.warning("Could not keep a copy of a page: %s", error)


def _last_copy(request: ShopRequest) -> HttpResponse | None:
    try:
        kept: tuple[datetime, bytes] | None = caches["last_pages"].get(_key(request))
    except (OSError, zlib.error, pickle.UnpicklingError, EOFError):
        return None  # there is none, or one that was cut short
    if kept is None:
        return None
    copied_at, body = kept
    # The token in the copy is of whoever looked at the page then.
    body = TOKEN.sub(rb"\g<1>" + get_token(request).encode(), body)
    notice = render_to_string("components/copy_notice.html", {"copied_at": copied_at})
    response = HttpResponse(body.replace(START, START + notice.encode(), 1))
    response.headers["Cache-Control"] = "no-store"
    return response
