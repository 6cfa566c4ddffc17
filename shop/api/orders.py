"""Orders, live and archived as one list, and what their customer can do with one."""

from datetime import datetime

from django.utils.http import http_date
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from orders.errors import OrderNotFound
from orders.selectors import list_orders, list_visitor_orders
from orders.services import cancel_order, restore_cart
from orders.states import UNPAID, OrderStatus
from orders.types import OrderPage, OrderView
from payments.services import open_session
from shop.api.cart import show_cart
from shop.api.checkout import PlaceOrder
from shop.api.idempotency import idempotent
from shop.api.schema import KEY, problems, sends
from shop.api.shapes.cart import CartShape
from shop.api.shapes.orders import OrderPageShape, OrderShape, PaymentShape
from shop.api.views import ShopView
from shop.core.errors import Conflict
from shop.core.visitor import Owner
from shop.pages.order_access import LONGEST_TOKEN, find_order_for, may_cancel
from shop.pages.payment import ask_if_overdue

ORDER_TOKEN = OpenApiParameter(
    "token",
    OpenApiTypes.STR,
    description="From the link in an e-mail: opens this one order without signing in.",
)
LONGEST_PAGE = 100
DEFAULT_PAGE = 20


class NotToBeTriedAgain(Conflict):
    code = "not_to_be_tried_again"

    def __init__(self) -> None:
        super().__init__(gettext("Only an order that was not paid can be tried again."))


class OrdersView(PlaceOrder):
    """Reading pages by cursor, and placing an order."""

    @extend_schema(
        operation_id="list_orders",
        parameters=[
            OpenApiParameter("cursor", OpenApiTypes.STR, description="The page before's next."),
            OpenApiParameter("limit", OpenApiTypes.INT, description="1 to 100; 20 by default."),
        ],
        responses={200: OrderPageShape, 304: None},
        tags=["orders"],
    )
    def get(self, request: Request) -> Response:
        limit = self.read_number("limit", default=DEFAULT_PAGE, most=LONGEST_PAGE)
        owner = self.caller.owner
        if owner.customer_id is None:
            # A guest's are few, and all of this cart token.
            found = list_visitor_orders(visitor=owner.visitor, limit=limit)
            page = OrderPage(orders=tuple(found), next_cursor=None)
        else:
            cursor = request.query_params.get("cursor") or None
            page = list_orders(customer_id=owner.customer_id, cursor=cursor, limit=limit)
        return Response(OrderPageShape(page).data)


class OneOrder(ShopView):
    """What all views of one order have."""

    def find(self, number: str) -> OrderView:
        """Return the order if it is the caller's, or `?token=` opens it.

        :raises OrderNotFound: else
        """
        token = self.request.query_params.get("token", "")[:LONGEST_TOKEN]
        caller = self.caller
        owner = Owner(customer_id=caller.customer_id, visitor=caller.visitor)
        return find_order_for(number, owner=owner, token=token)


class OrderDetailView(OneOrder):
    @extend_schema(
        operation_id="read_order",
        parameters=[ORDER_TOKEN, sends("Last-Modified", 200, 304)],
        responses={200: OrderShape, 304: None, **problems(404)},
        tags=["orders"],
    )
    def get(self, request: Request, number: str) -> Response:
        found = self.find(number)
        if ask_if_overdue(found, now=self.now):
            found = self.find(number)
        return Response(OrderShape(found).data, headers=_dated(found))


class PaymentSessionView(OneOrder):
    """The gateway's page for an order; opened once, however often it is asked for."""

    rate = "order"

    @extend_schema(
        operation_id="open_payment_session",
        parameters=[ORDER_TOKEN],
        request=None,
        responses={200: PaymentShape, **problems(402, 404, 409)},
        tags=["checkout"],
    )
    def post(self, request: Request, number: str) -> Response:
        found = self.find(number)
        opened = open_session(order_number=found.number, now=self.now)
        return Response(PaymentShape(opened).data)


class CancelView(OneOrder):
    @extend_schema(
        operation_id="cancel_order",
        parameters=[ORDER_TOKEN, KEY],
        request=None,
        responses={200: OrderShape, **problems(404, 409)},
        tags=["orders"],
    )
    @idempotent()
    def post(self, request: Request, number: str) -> Response:
        found = self.find(number)
        if not may_cancel(found, customer_id=self.caller.customer_id):
            raise OrderNotFound(number)
        cancel_order(number=number, actor=found.email, now=self.now)
        return Response(OrderShape(self.find(number)).data)


class TryAgainView(OneOrder):
    @extend_schema(
        operation_id="try_order_again",
        parameters=[ORDER_TOKEN, KEY],
        request=None,
        responses={200: CartShape, **problems(404, 409)},
        tags=["orders"],
    )
    @idempotent()
    def post(self, request: Request, number: str) -> Response:
        found = self.find(number)
        if found.status not in UNPAID:
            raise NotToBeTriedAgain
        restore_cart(number=number, owner=self.caller.owner)
        return Response(show_cart(self))


def _dated(order: OrderView) -> dict[str, str]:
    """Return `Last-Modified`; none while its payment moves, whose steps have no time of theirs."""
    if order.status == OrderStatus.AWAITING_PAYMENT:
        return {}
    return {"Last-Modified": http_date(_changed_at(order).timestamp())}


def _changed_at(order: OrderView) -> datetime:
    """Return when anything of the order changed last."""
    arrived = [shipment.delivered_at for shipment in order.shipments]
    refunded = [at for one in order.refunds for at in (one.requested_at, one.settled_at)]
    return max(at for at in (order.status_at, *arrived, *refunded) if at)
