"""The heart on cards and product pages: save to the wishlist, or take off it."""

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from shop.core.stream import record
from shop.pages.shopper import ShopRequest, customer_id_of, owner_of
from wishlist.selectors import count_wishes
from wishlist.services import add, remove


@require_POST
def save_wish(request: ShopRequest) -> HttpResponseBase:
    """Save `sku`, or with `remove` take it off; htmx gets the heart in its new state."""
    sku, is_removal = request.POST.get("sku", ""), "remove" in request.POST
    owner = owner_of(request)
    change = remove if is_removal else add
    change(owner=owner, sku=sku)
    request.tally.wishes = count_wishes(owner=owner)
    record(
        "wishlist",
        visitor=request.visitor,
        customer_id=customer_id_of(request),
        action="remove" if is_removal else "add",
        sku=sku,
    )
    back = _next(request)
    if not request.htmx:
        return HttpResponseRedirect(back)
    context = {
        "sku": sku,
        "is_saved": not is_removal,
        "corner": "corner" in request.POST,
        "next": back,
    }
    return render(request, "components/heart.html", context)


def _next(request: ShopRequest) -> str:
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/wishlist/"
