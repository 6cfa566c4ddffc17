"""From the cart to an order that waits for its payment."""

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.selectors import get_address, get_customer
from accounts.types import PostalAddress
from orders.errors import InvalidCheckout
from orders.selectors import get_order
from orders.services import place_order
from shop.api.conditional import expected_versions
from shop.api.idempotency import HEADER, idempotent
from shop.api.schema import IF_MATCH_CART, REQUIRED_KEY, problems, sends
from shop.api.shapes.orders import OrderBody, OrderShape, QuoteBody, QuoteShape
from shop.api.shopper import destination_of
from shop.api.views import ShopView
from shop.core.money import Money
from shop.core.network import strangers_address
from shop.pages.quote import make_quote


class QuoteView(ShopView):
    """What the cart would cost and when it would come: nothing is ordered."""

    @extend_schema(
        operation_id="quote",
        request=QuoteBody,
        responses={200: QuoteShape},
        tags=["checkout"],
    )
    def post(self, request: Request) -> Response:
        destination = destination_of(self.read(QuoteBody)["postal_code"])
        quote = make_quote(
            owner=self.caller.owner, destination=destination, service_level="", now=self.now
        )
        return Response(QuoteShape(quote).data)


class PlaceOrder(ShopView):
    """The first half of `/orders/`; the list is the other."""

    rate = "order"

    @extend_schema(
        operation_id="place_order",
        parameters=[REQUIRED_KEY, IF_MATCH_CART, sends("Location", 201)],
        request=OrderBody,
        responses={201: OrderShape, **problems(404, 409, 412)},
        tags=["checkout"],
    )
    @idempotent(is_required=True)
    def post(self, request: Request) -> Response:
        body = self.read(OrderBody)
        placed = place_order(
            owner=self.caller.owner,
            email=self._email(body),
            address=self._address(body),
            service_level=body["service_level"],
            expected_total=Money(**body["expected_total"]),
            idempotency_key=request.headers[HEADER],
            now=self.now,
            expected_cart=expected_versions(request),
            network_address=strangers_address(request._request),  # noqa: SLF001
        )
        shown = OrderShape(get_order(number=placed.number)).data
        location = f"/api/v1/orders/{placed.number}/"
        return Response(shown, status=201, headers={"Location": location})

    def _email(self, body: dict[str, Any]) -> str:
        if self.caller.customer_id is not None:
            return get_customer(customer_id=self.caller.customer_id).email
        return str(body.get("email", ""))

    def _address(self, body: dict[str, Any]) -> PostalAddress:
        if "address_id" in body:
            found = get_address(customer_id=self.customer_id, address_id=body["address_id"])
            return found.address
        if "address" not in body:
            message = gettext("Give an address, or the id of one in your address book.")
            raise InvalidCheckout(message, fields={"address": [message]})
        return PostalAddress(**body["address"])
