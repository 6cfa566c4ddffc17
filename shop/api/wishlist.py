"""The wishlist of a customer or a guest."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors import get_offers
from search.types import Hit
from shop.api.cards import cards_of
from shop.api.cart import show_cart
from shop.api.idempotency import idempotent
from shop.api.schema import KEY, POSTAL_CODE, problems
from shop.api.shapes.cart import CartShape
from shop.api.shapes.wishlist import WishBody, WishlistShape, WishShape
from shop.api.views import ShopView
from shop.core.stream import record
from shop.pages.moves import move_to_cart
from wishlist.selectors import list_wishes, wished_skus
from wishlist.services import add, remove
from wishlist.types import WishlistItemView

LONGEST_PAGE = 100
DEFAULT_PAGE = 50


class WishlistAnswer(ShopView):
    """What the views of the wishlist have in common."""

    def show(self, items: Sequence[WishlistItemView]) -> list[dict[str, Any]]:
        offers = get_offers(skus=[item.sku for item in items])
        hits = [
            Hit(product_id=offers[item.sku].product_id, sku=item.sku)
            for item in items
            if item.sku in offers
        ]
        cards = {card["sku"]: card for card in cards_of(self, hits)}
        return [
            {"sku": item.sku, "added_at": item.added_at, "product": cards.get(item.sku)}
            for item in items
        ]

    def record(self, kind: str, **about: Any) -> None:
        record(kind, visitor=self.caller.visitor, customer_id=self.caller.customer_id, **about)


class WishlistView(WishlistAnswer):
    """Reading the list, and saving something."""

    @extend_schema(
        operation_id="read_wishlist",
        summary="Read the wishlist",
        parameters=[
            POSTAL_CODE,
            OpenApiParameter("cursor", OpenApiTypes.STR, description="The page before's next."),
            OpenApiParameter("limit", OpenApiTypes.INT, description="1 to 100; 50 by default."),
        ],
        responses={200: WishlistShape, 304: None},
        tags=["wishlist"],
    )
    def get(self, request: Request) -> Response:
        limit = self.read_number("limit", default=DEFAULT_PAGE, most=LONGEST_PAGE)
        cursor = request.query_params.get("cursor") or None
        owner = self.caller.owner
        page = list_wishes(owner=owner, cursor=cursor, limit=limit)
        return Response(
            {
                "wishes": self.show(page.items),
                "next_cursor": page.next_cursor,
                "skus": sorted(wished_skus(owner=owner)),
            }
        )

    @extend_schema(
        operation_id="save_wish",
        summary="Save a product",
        parameters=[POSTAL_CODE, KEY],
        request=WishBody,
        responses={201: WishShape, **problems(404, 409)},
        tags=["wishlist"],
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        sku = self.read(WishBody)["sku"]
        item = add(owner=self.caller.owner, sku=sku)
        self.record("wishlist", action="add", sku=sku)
        [shown] = self.show([item])
        return Response(shown, status=201)


class OneWishView(WishlistAnswer):
    """Taking something off the list."""

    @extend_schema(
        operation_id="remove_wish",
        summary="Take a product off the wishlist",
        responses={204: None},
        tags=["wishlist"],
    )
    def delete(self, request: Request, sku: str) -> Response:
        remove(owner=self.caller.owner, sku=sku)
        self.record("wishlist", action="remove", sku=sku)
        return Response(status=204)


class MoveWishView(WishlistAnswer):
    """From the wishlist into the cart."""

    @extend_schema(
        operation_id="move_wish_to_cart",
        summary="Move a product into the cart",
        parameters=[POSTAL_CODE, KEY],
        request=None,
        responses={200: CartShape, **problems(404, 409)},
        tags=["wishlist"],
    )
    @idempotent()
    def post(self, request: Request, sku: str) -> Response:
        move_to_cart(owner=self.caller.owner, sku=sku)
        self.record("cart", action="add", sku=sku, quantity=1)
        self.record("wishlist", action="remove", sku=sku)
        return Response(show_cart(self))
