"""The cart as it can be had today, and what changes it."""

from typing import Any

from rest_framework import serializers

from cart.quantities import MAX_QUANTITY
from cart.types import CartReview, NoticeKind
from recommendations.selectors import Place
from shop.api.shapes.fields import TextField, WholeNumberField
from shop.api.shapes.money import MoneyShape

LONGEST_SKU = 64


class NoticeShape(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=[kind.value for kind in NoticeKind])
    message = serializers.CharField()
    blocks = serializers.BooleanField(help_text="It cannot be ordered as it stands.")
    price_from = MoneyShape(allow_null=True)
    price_to = MoneyShape(allow_null=True)
    available = serializers.IntegerField(allow_null=True)


class LineShape(serializers.Serializer[Any]):
    sku = serializers.CharField()
    quantity = serializers.IntegerField()
    title = serializers.CharField()
    url = serializers.CharField()
    options = serializers.DictField(child=serializers.CharField())
    picture_url = serializers.CharField()
    unit_price = MoneyShape()
    total = MoneyShape()
    delivery_date = serializers.DateField(allow_null=True)
    delivery_fee = MoneyShape(allow_null=True)
    notices = NoticeShape(many=True)
    can_be_ordered = serializers.BooleanField()


class CartShape(serializers.Serializer[CartReview]):
    """The cart at today's prices and stock; its ETag is what If-Match expects."""

    version = serializers.IntegerField(
        source="cart.version", help_text="Grows with every change of this cart."
    )
    count = serializers.IntegerField(source="cart.count", help_text="Pieces, not lines.")
    lines = LineShape(many=True)
    items_total = MoneyShape()
    can_be_ordered = serializers.BooleanField()


class LineBody(serializers.Serializer[Any]):
    sku = TextField(max_length=LONGEST_SKU)
    quantity = WholeNumberField(min_value=1, max_value=MAX_QUANTITY, default=1)
    place = serializers.ChoiceField(
        choices=[place.value for place in Place],
        required=False,
        help_text="The row it was recommended in, if it was.",
    )


class QuantityBody(serializers.Serializer[Any]):
    quantity = WholeNumberField(min_value=1, max_value=MAX_QUANTITY)


class CartTokenShape(serializers.Serializer[Any]):
    cart_token = serializers.CharField(help_text="Send it as X-Cart-Token; good for a year.")
