"""Where to deliver to: a postal code or an address of the customer's book, kept in a cookie."""

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from accounts.selectors import get_address, list_addresses
from accounts.types import SavedAddress
from shop.core.errors import InvalidInput
from shop.core.postal import find_place
from shop.core.visitor import Destination
from shop.pages.shopper import (
    ShopRequest,
    customer_id_of,
    forget_deliver_to,
    write_deliver_to,
)

COUNTRY = "US"
LONGEST_ID = 15


@require_http_methods(["GET", "HEAD", "POST"])
def deliver_to(request: ShopRequest) -> HttpResponseBase:
    """Ask for the postal code, remember it and go back to where the question came from."""
    if request.method != "POST":
        return _ask(request)
    if "forget" in request.POST:
        return _forget(request)
    try:
        destination = _chosen(request)
    except InvalidInput as error:
        return _ask(request, error=str(error), status=422)
    response = HttpResponseRedirect(_next(request))
    write_deliver_to(response, destination)
    request.deliver_to = None  # the new cookie is set; the middleware must not repeat the old
    return response


def _chosen(request: ShopRequest) -> Destination:
    address_id = request.POST.get("address", "")
    customer_id = customer_id_of(request) if address_id else None
    if customer_id:
        if not (address_id.isascii() and address_id.isdigit() and len(address_id) <= LONGEST_ID):
            raise InvalidInput("Please choose one of your addresses.")
        return get_address(customer_id=customer_id, address_id=int(address_id)).address.destination
    postal_code = request.POST.get("postal_code", "").strip()
    if not postal_code:
        raise InvalidInput("Please enter a ZIP code, such as 94103.")
    place = find_place(COUNTRY, postal_code)
    return Destination(
        country=place.country, postal_code=place.postal_code, city=place.city, region=place.region
    )


def _ask(request: ShopRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    customer_id = customer_id_of(request)
    addresses: list[SavedAddress] = list_addresses(customer_id=customer_id) if customer_id else []
    known = request.deliver_to.postal_code if request.deliver_to else ""
    context = {
        "addresses": addresses,
        "error": error,
        "typed": request.POST.get("postal_code", known)[:20],
        "next": _next(request),
    }
    return render(request, "pages/deliver_to.html", context, status=status)


def _forget(request: ShopRequest) -> HttpResponseBase:
    response = HttpResponseRedirect(_next(request))
    forget_deliver_to(response)
    request.deliver_to = None
    return response


def _next(request: ShopRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours and not wanted.startswith("/deliver-to/") else "/"
