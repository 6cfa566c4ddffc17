"""My orders: live and archived as one list; a guest sees those of this browser."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders.errors import InvalidCursor
from orders.selectors import list_orders, list_visitor_orders
from orders.types import OrderSummary
from shop.pages.errors import ErrorPage
from shop.pages.order_view import timezone_of
from shop.pages.order_words import TONES
from shop.pages.shopper import ShopRequest, customer_id_of

PAGE_SIZE = 10


@dataclass(frozen=True, kw_only=True)
class SummaryView:
    """A row of the list."""

    order: OrderSummary
    tone: str

    @property
    def title(self) -> str:
        return ", ".join(self.order.titles)

    @property
    def is_expected(self) -> bool:
        return self.tone in {"moving", "waiting"}


@require_safe
@never_cache
def orders(request: ShopRequest) -> HttpResponseBase:
    """Show a page of the shopper's orders, newest first."""
    customer_id = customer_id_of(request)
    if customer_id is None:
        found = list_visitor_orders(visitor=request.visitor)
        context: Mapping[str, object] = {"rows": _rows(found)}
        return _render(request, "pages/orders_guest.html", context)
    cursor = request.GET.get("cursor", "")
    try:
        page = list_orders(customer_id=customer_id, cursor=cursor or None, limit=PAGE_SIZE)
    except InvalidCursor as error:
        return _refuse(request, error)
    context = {
        "rows": _rows(page.orders),
        "older_url": f"/orders/?{urlencode({'cursor': page.next_cursor})}"
        if page.next_cursor
        else "",
        "is_first": not cursor,
        "archive_available": page.archive_available,
    }
    return _render(request, "pages/orders.html", context)


def _render(request: ShopRequest, template: str, context: Mapping[str, object]) -> HttpResponse:
    zone = timezone_of(request.deliver_to) if request.deliver_to else UTC
    with timezone.override(zone):
        return render(request, template, dict(context))


def _rows(found: tuple[OrderSummary, ...] | list[OrderSummary]) -> list[SummaryView]:
    return [SummaryView(order=order, tone=TONES.get(order.status, "")) for order in found]


def _refuse(request: ShopRequest, error: InvalidCursor) -> HttpResponseBase:
    page = ErrorPage(
        status=422,
        title="There is no such page",
        message=str(error),
        url="/orders/",
        link="See my newest orders",
    )
    return render(request, "pages/error.html", {"page": page}, status=422)
