"""The cart of a customer or a guest."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cart.selectors import get_cart_review
from cart.services import add_line, clear, lock_cart, remove_line, set_quantity
from cart.types import CartReview
from shop.api.conditional import etag_of, expected_versions
from shop.api.idempotency import idempotent
from shop.api.schema import IF_MATCH, KEY, POSTAL_CODE, problems, sends
from shop.api.shapes.cart import CartShape, CartTokenShape, LineBody, QuantityBody
from shop.api.shopper import new_cart_token
from shop.api.views import ShopView
from shop.core.stream import record


class CartTokenView(ShopView):
    """Where a guest's cart begins."""

    @extend_schema(
        operation_id="create_cart_token",
        request=None,
        responses={201: CartTokenShape},
        tags=["cart"],
    )
    def post(self, request: Request) -> Response:
        return Response({"cart_token": new_cart_token()}, status=201)


def show_cart(view: ShopView) -> dict[str, Any]:
    return dict(CartShape(_review(view)).data)


def _review(view: ShopView) -> CartReview:
    """Return the caller's cart as it can be had today at the address given."""
    return get_cart_review(owner=view.caller.owner, destination=view.destination, now=view.now)


class CartAnswer(ShopView):
    """What every view of the cart answers with."""

    def answer(self, status: int = 200) -> Response:
        review = _review(self)
        shown = dict(CartShape(review).data)
        return Response(
            shown, status=status, headers={"ETag": etag_of(review.cart.revision, shown)}
        )

    def change(self, change: Callable[[], object]) -> None:
        """Do it, unless the cart is another one than `If-Match` says."""
        with transaction.atomic():
            lock_cart(owner=self.caller.owner, expected=expected_versions(self.request))
            change()

    def record(self, **about: Any) -> None:
        record(
            "cart",
            visitor=self.caller.visitor,
            customer_id=self.caller.customer_id,
            **about,
        )


class CartView(CartAnswer):
    @extend_schema(
        operation_id="read_cart",
        parameters=[POSTAL_CODE],
        responses={200: CartShape, 304: None},
        tags=["cart"],
    )
    def get(self, request: Request) -> Response:
        return self.answer()

    @extend_schema(
        operation_id="empty_cart",
        parameters=[IF_MATCH, sends("ETag", 200)],
        responses={200: CartShape, **problems(412)},
        tags=["cart"],
    )
    def delete(self, request: Request) -> Response:
        self.change(lambda: clear(owner=self.caller.owner))
        return self.answer()


class CartLinesView(CartAnswer):
    @extend_schema(
        operation_id="add_to_cart",
        parameters=[POSTAL_CODE, IF_MATCH, KEY, sends("ETag", 201)],
        request=LineBody,
        responses={201: CartShape, **problems(404, 409, 412)},
        tags=["cart"],
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        body = self.read(LineBody)
        sku, quantity = body["sku"], body["quantity"]
        self.change(lambda: add_line(owner=self.caller.owner, sku=sku, quantity=quantity))
        place = {"place": body["place"]} if "place" in body else {}
        self.record(action="add", sku=sku, quantity=quantity, **place)
        return self.answer(201)


class CartLineView(CartAnswer):
    @extend_schema(
        operation_id="set_cart_quantity",
        parameters=[POSTAL_CODE, IF_MATCH, sends("ETag", 200)],
        request=QuantityBody,
        responses={200: CartShape, **problems(404, 412)},
        tags=["cart"],
    )
    def put(self, request: Request, sku: str) -> Response:
        quantity = self.read(QuantityBody)["quantity"]
        self.change(lambda: set_quantity(owner=self.caller.owner, sku=sku, quantity=quantity))
        self.record(action="set", sku=sku, quantity=quantity)
        return self.answer()

    @extend_schema(
        operation_id="remove_from_cart",
        parameters=[POSTAL_CODE, IF_MATCH, sends("ETag", 200)],
        responses={200: CartShape, **problems(412)},
        tags=["cart"],
    )
    def delete(self, request: Request, sku: str) -> Response:
        self.change(lambda: remove_line(owner=self.caller.owner, sku=sku))
        self.record(action="remove", sku=sku)
        return self.answer()
