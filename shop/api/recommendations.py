"""What a shopper may like: the rows of the site's own pages."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cart.selectors import get_cart
from catalog.selectors import get_item
from recommendations.selectors import (
    Shelf,
    Shopper,
    cart_shelf,
    home_shelves,
    order_shelf,
    product_shelves,
)
from shop.api.cards import check_has_sql, shop_request_of
from shop.api.orders import ORDER_TOKEN
from shop.api.products import FIELDS
from shop.api.schema import POSTAL_CODE, problems
from shop.api.selection import selection_of
from shop.api.shapes.products import CardShape
from shop.api.shapes.recommendations import RecommendationsShape
from shop.api.shopper import Callers, warehouses_for
from shop.api.views import ShopView
from shop.core.errors import InvalidInput
from shop.core.visitor import Owner
from shop.pages.order_access import LONGEST_TOKEN, find_products_for
from shop.pages.recommended import IN_A_ROW, products_of
from shop.pages.rows import Row, find_rows, record_shown, select


class Screen(StrEnum):
    """Where an app shows the rows."""

    HOME = "home"
    PRODUCT = "product"
    CART = "cart"
    ORDER = "order"


class RecommendationsView(ShopView):
    """Rows for one screen; what is shown to somebody known is recorded, as on the pages."""

    callers = Callers.ANYBODY

    @extend_schema(
        operation_id="recommend",
        summary="Recommend products",
        parameters=[
            OpenApiParameter(
                "place",
                OpenApiTypes.STR,
                enum=[screen.value for screen in Screen],
                required=True,
                description="The screen: `product` needs `sku`, `order` needs `order`.",
            ),
            OpenApiParameter("sku", OpenApiTypes.STR, description="The product on the screen."),
            OpenApiParameter("order", OpenApiTypes.STR, description="The order on the screen."),
            ORDER_TOKEN,
            FIELDS,
            POSTAL_CODE,
        ],
        responses={200: RecommendationsShape, 304: None, **problems(404)},
        tags=["catalogue"],
    )
    def get(self, request: Request) -> Response:
        wanted = selection_of(request, CardShape)
        page = shop_request_of(self)
        rows = find_rows(page, [select(shelf) for shelf in self._shelves()], now=self.now)
        check_has_sql(page)
        caller = self.caller
        if caller.is_known and request.method == "GET":
            record_shown(rows, visitor=caller.visitor, customer_id=caller.customer_id)
        return Response({"rows": [_shown(row, wanted.of_all) for row in rows if row.shelf]})

    def _shelves(self) -> Sequence[Shelf]:
        screen = self._parameter("place", known=[screen.value for screen in Screen])
        caller = self.caller
        shopper = Shopper(
            visitor=caller.visitor,
            customer_id=caller.customer_id,
            warehouses=warehouses_for(self.destination),
        )
        if screen == Screen.HOME:
            return home_shelves(shopper, length=IN_A_ROW, in_cart=self._in_cart())
        if screen == Screen.PRODUCT:
            return self._beside_product(shopper, self._parameter("sku"))
        if screen == Screen.CART:
            shelf = cart_shelf(shopper, product_ids=self._in_cart(), length=IN_A_ROW)
        else:
            ordered = find_products_for(
                self._parameter("order"),
                owner=Owner(customer_id=caller.customer_id, visitor=caller.visitor),
                token=self.request.query_params.get("token", "")[:LONGEST_TOKEN],
            )
            shelf = order_shelf(
                shopper,
                product_ids=ordered.product_ids,
                length=IN_A_ROW,
                in_cart=self._in_cart(),
            )
        return [shelf] if shelf else []

    def _beside_product(self, shopper: Shopper, sku: str) -> Sequence[Shelf]:
        item = get_item(sku=sku)
        last = item.category_path[-1] if item.category_path else None
        shelves = product_shelves(
            shopper,
            product_id=item.product_id,
            category=(last.path, last.name) if last else None,
            in_cart=self._in_cart(),
            length=IN_A_ROW,
        )
        return [shelf for shelf in (shelves.together, shelves.similar) if shelf]

    def _in_cart(self) -> tuple[int, ...]:
        caller = self.caller
        if not caller.is_known:
            return ()
        return products_of(get_cart(customer_id=caller.customer_id, visitor=caller.visitor).skus)

    def _parameter(self, name: str, *, known: Sequence[str] = ()) -> str:
        value = self.request.query_params.get(name, "")
        if not value:
            message = gettext("Give “%(name)s”.") % {"name": name}
            raise InvalidInput(message, fields={name: [gettext("Is missing.")]})
        if known and value not in known:
            message = gettext("Must be one of: %(known)s.") % {"known": ", ".join(known)}
            raise InvalidInput(message, fields={name: [message]})
        return value


def _shown(row: Row, choose: Any) -> dict[str, Any]:
    assert row.shelf is not None  # noqa: S101 - of rows without one there are none here
    return {
        "place": row.shelf.place.value,
        "title": row.title,
        "url": row.url,
        "strategy": row.shelf.strategy.value,
        "products": choose([dict(CardShape(card).data) for card in row.cards]),
    }
