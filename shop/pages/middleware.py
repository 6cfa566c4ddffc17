"""Who is shopping, told to every view; refusals and outages become pages of their own."""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers

from accounts.selectors import default_destination
from shop.core.errors import ShopError
from shop.core.visitor import Destination
from shop.pages import shopper
from shop.pages.errors import render_error
from shop.pages.shopper import ShopRequest, Tally, as_shop_request

GetResponse = Callable[[HttpRequest], HttpResponseBase]
# Scripts, styles and pictures are our own; JSON-LD is data and not held to script-src.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    f"connect-src 'self' {settings.LIVE_URL}; base-uri 'self'; frame-ancestors 'none'"
)
UNKNOWN = ""  # the owner's key while the session cannot be read
# These have scripts and errors of their own.
NOT_OUR_PAGES = ("/admin/", "/api/", settings.MEDIA_URL)
# No cookie may travel with them: they are the same for everybody, and kept by caches in between.
# The API knows its callers by token, see `shop.api.middleware`.
SAME_FOR_ALL = (
    "/api/",
    settings.MEDIA_URL,
    "/favicon.ico",
    "/livez",
    "/payments/webhooks/",
    "/readyz",
    "/robots.txt",
)


class ShopperMiddleware:
    """Set `request.visitor`, `request.deliver_to` and `request.tally` from signed cookies."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, plain_request: HttpRequest) -> HttpResponseBase:
        request = as_shop_request(plain_request)
        request.is_without_sql = request.is_personal = False
        if request.path.startswith(SAME_FOR_ALL):
            return _serve_to_all(request, self.get_response)
        known_visitor = shopper.read_visitor(request)
        request.visitor = known_visitor or shopper.new_visitor()
        request.is_known_browser = bool(known_visitor)
        remembered = shopper.read_deliver_to(request)
        before = shopper.read_tally(request)
        request.deliver_to = remembered or _customers_usual(request)
        request.tally = _own_tally(request, before)
        customer_before = shopper.claimed_customer_id(request)

        response = self.get_response(request)

        customer = shopper.claimed_customer_id(request)
        if customer != customer_before and request.visitor == known_visitor:
            # Somebody came or went: what the browser did before is not for who uses it next.
            request.visitor = shopper.next_visitor(known_visitor, customer or customer_before)
        if request.visitor != known_visitor:
            shopper.write_visitor(response, request.visitor)
        if request.deliver_to and request.deliver_to != remembered:
            shopper.write_deliver_to(response, request.deliver_to)
        _write_tally(request, response, before)
        patch_vary_headers(response, ["Cookie"])
        patch_cache_control(response, private=True)
        return response


def _serve_to_all(request: ShopRequest, get_response: GetResponse) -> HttpResponseBase:
    """Answer without asking who it is for."""
    request.visitor, request.deliver_to = shopper.new_visitor(), None
    request.is_known_browser = False
    request.tally = Tally(UNKNOWN, 0, 0)
    return get_response(request)


class ErrorPageMiddleware:
    """Turn the shop's own errors, and a database that is away, into pages that say so."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path.startswith(NOT_OUR_PAGES):
            response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if request.path.startswith(NOT_OUR_PAGES) and not isinstance(error, OperationalError):
            return None
        if isinstance(error, ShopError | DatabaseError):
            return render_error(as_shop_request(request), error)
        return None


def _customers_usual(request: ShopRequest) -> Destination | None:
    # Asked once: the answer goes into the cookie, and so does the wish to be asked no more.
    if shopper.DELIVER_TO_COOKIE in request.COOKIES or request.path.startswith(NOT_OUR_PAGES):
        return None
    try:
        customer_id = shopper.customer_id_of(request)
        return default_destination(customer_id=customer_id) if customer_id else None
    except DatabaseError:
        return None  # the catalogue can be looked at without; what cannot says so itself


def _own_tally(request: ShopRequest, tally: Tally | None) -> Tally:
    owner = shopper.owner_key(request)
    if tally is not None and owner in (tally.owner, UNKNOWN):
        # A copy: what the cookie said is compared with what it shall say.
        return Tally(tally.owner, tally.cart, tally.wishes)
    # A guest without the cookie has nothing; all other counts are read when a page needs them.
    count = -1 if tally is not None or owner.startswith("c") else 0
    return Tally(owner, count, count)


def _write_tally(request: ShopRequest, response: HttpResponseBase, before: Tally | None) -> None:
    after = request.tally
    if after.cart < 0 or after.owner != shopper.owner_key(request):
        return
    if before is None and after.cart == after.wishes == 0:
        return
    cookie = after.to_cookie()
    if before is None or before.to_cookie() != cookie:
        shopper.set_cookie(response, shopper.TALLY_COOKIE, cookie)
