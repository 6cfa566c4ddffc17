"""The wishlist of a customer or a guest."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors import get_offers
from search.types import Hit
from shop.api.cards import cards_of
from shop.api.cart import show_cart
from shop.api.idempotency import idempotent
from shop.api.schema import KEY, POSTAL_CODE, problems
from shop.api.shapes.cart import CartShape
from shop.api.shapes.wishlist import WishBody, WishlistShape
from shop.api.views import ShopView
from shop.core.stream import record
from shop.pages.moves import move_to_cart
from wishlist.selectors import get_wishlist
from wishlist.services import add, remove


class WishlistAnswer(ShopView):
    """What every view of the wishlist answers with."""

    def answer(self, status: int = 200) -> Response:
        owner = self.caller.owner
        items = get_wishlist(customer_id=owner.customer_id, visitor=owner.visitor).items
        offers = get_offers(skus=[item.sku for item in items])
        hits = [
            Hit(product_id=offers[item.sku].product_id, sku=item.sku)
            for item in items
            if item.sku in offers
        ]
        cards = {card["sku"]: card for card in cards_of(self, hits)}
        shown = [
            {"sku": item.sku, "added_at": item.added_at, "product": cards.get(item.sku)}
            for item in items
        ]
        return Response({"wishes": shown}, status=status)

    def record(self, kind: str, **about: Any) -> None:
        record(kind, visitor=self.caller.visitor, customer_id=self.caller.customer_id, **about)


class WishlistView(WishlistAnswer):
    """Reading the list, and saving something."""

    @extend_schema(
        operation_id="read_wishlist",
        summary="Read the wishlist",
        parameters=[POSTAL_CODE],
        responses={200: WishlistShape, 304: None},
        tags=["wishlist"],
    )
    def get(self, request: Request) -> Response:
        return self.answer()

    @extend_schema(
        operation_id="save_wish",
        summary="Save a product",
        parameters=[POSTAL_CODE, KEY],
        request=WishBody,
        responses={201: WishlistShape, **problems(404, 409)},
        tags=["wishlist"],
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        sku = self.read(WishBody)["sku"]
        add(owner=self.caller.owner, sku=sku)
        self.record("wishlist", action="add", sku=sku)
        return self.answer(201)


class OneWishView(WishlistAnswer):
    """Taking something off the list."""

    @extend_schema(
        operation_id="remove_wish",
        summary="Take a product off the wishlist",
        parameters=[POSTAL_CODE],
        responses={200: WishlistShape},
        tags=["wishlist"],
    )
    def delete(self, request: Request, sku: str) -> Response:
        remove(owner=self.caller.owner, sku=sku)
        self.record("wishlist", action="remove", sku=sku)
        return self.answer()


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
