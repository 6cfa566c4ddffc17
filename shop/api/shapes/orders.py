"""Orders, what they would cost, and how their payment stands."""

from typing import Any

from rest_framework import serializers

from accounts.types import PostalAddress
from orders.states import OrderStatus
from orders.types import OrderSummary, OrderView
from shop.api.shapes.cart import LineShape
from shop.api.shapes.fields import EmailField, TextField, WholeNumberField
from shop.api.shapes.money import MoneyShape

STATUSES = [status.value for status in OrderStatus]


class AddressShape(serializers.Serializer[PostalAddress]):
    full_name = TextField(max_length=200)
    line1 = TextField(max_length=200)
    line2 = TextField(max_length=200, required=False, allow_blank=True, default="")
    city = TextField(max_length=100)
    region = TextField(max_length=20, help_text="A state's code, such as CA.")
    postal_code = TextField(max_length=10)
    country = TextField(min_length=2, max_length=2, default="US")
    phone = TextField(max_length=40, required=False, allow_blank=True, default="")


class AmountBody(serializers.Serializer[Any]):
    minor = WholeNumberField(min_value=0, max_value=10**11)
    currency = TextField(min_length=3, max_length=3)


class DeliveryOptionShape(serializers.Serializer[Any]):
    """One way of delivery, and what the whole order comes to with it."""

    service_level = serializers.ChoiceField(choices=["standard", "express"])
    delivery_date = serializers.DateField()
    order_by = serializers.DateTimeField()
    fee = MoneyShape()
    total = MoneyShape(help_text="Send it back as expected_total.")
    parcels = serializers.IntegerField()


class QuoteShape(serializers.Serializer[Any]):
    """The cart for an address; no options while a line is in the way (see its notices)."""

    lines = LineShape(many=True)
    items_total = MoneyShape(source="review.items_total")
    options = DeliveryOptionShape(many=True)


class QuoteBody(serializers.Serializer[Any]):
    postal_code = TextField(max_length=10)


class OrderBody(serializers.Serializer[Any]):
    """`address_id` names an entry of a customer's address book; guests send e-mail and address."""

    email = EmailField(required=False)
    address = AddressShape(required=False)
    address_id = WholeNumberField(required=False, min_value=1, max_value=2**63 - 1)
    service_level = serializers.ChoiceField(choices=["standard", "express"])
    expected_total = AmountBody()


class RefundShape(serializers.Serializer[Any]):
    amount = MoneyShape()
    state = serializers.CharField()
    state_label = serializers.CharField()
    reason = serializers.CharField()
    requested_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


class PaymentShape(serializers.Serializer[Any]):
    state = serializers.CharField()
    state_label = serializers.CharField()
    amount = MoneyShape()
    expires_at = serializers.DateTimeField()
    pay_url = serializers.CharField(help_text="Empty until a payment session is opened.")
    refund = RefundShape(allow_null=True)


class OrderLineShape(serializers.Serializer[Any]):
    sku = serializers.CharField()
    product_id = serializers.IntegerField()
    title = serializers.CharField()
    url = serializers.CharField()
    options = serializers.DictField(child=serializers.CharField())
    picture_url = serializers.CharField()
    unit_price = MoneyShape()
    quantity = serializers.IntegerField()
    total = MoneyShape()


class TimelineShape(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=STATUSES)
    status_label = serializers.CharField()


class ShipmentShape(serializers.Serializer[Any]):
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    tracking_url = serializers.CharField()
    status = serializers.CharField()
    promised_date = serializers.DateField()
    shipped_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)


class OrderShape(serializers.Serializer[OrderView]):
    """A whole order, live or archived."""

    number = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    status_label = serializers.CharField()
    placed_at = serializers.DateTimeField()
    status_at = serializers.DateTimeField()
    email = serializers.CharField()
    lines = OrderLineShape(many=True)
    items_total = MoneyShape()
    delivery_fee = MoneyShape()
    total = MoneyShape()
    address = AddressShape()
    service_level = serializers.CharField()
    promised_date = serializers.DateField()
    timeline = TimelineShape(many=True)
    shipments = ShipmentShape(many=True)
    payment = PaymentShape(allow_null=True)
    is_archived = serializers.BooleanField()
    is_final = serializers.BooleanField()


class OrderSummaryShape(serializers.Serializer[OrderSummary]):
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    status_label = serializers.CharField()
    placed_at = serializers.DateTimeField()
    total = MoneyShape()
    line_count = serializers.IntegerField()
    titles = serializers.ListField(child=serializers.CharField())
    picture_urls = serializers.ListField(child=serializers.CharField())
    promised_date = serializers.DateField()
    is_archived = serializers.BooleanField()


class OrderPageShape(serializers.Serializer[Any]):
    """Live and archived orders as one list, newest first."""

    orders = OrderSummaryShape(many=True)
    next_cursor = serializers.CharField(allow_null=True)
    archive_available = serializers.BooleanField(
        help_text="False while older orders cannot be read."
    )
