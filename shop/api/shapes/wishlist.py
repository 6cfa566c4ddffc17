"""The wishlist."""

from typing import Any

from rest_framework import serializers

from shop.api.shapes.cart import LONGEST_SKU
from shop.api.shapes.fields import TextField
from shop.api.shapes.products import CardShape


class WishShape(serializers.Serializer[Any]):
    sku = serializers.CharField()
    added_at = serializers.DateTimeField()
    product = CardShape(allow_null=True, help_text="Null once it is no longer sold.")


class WishlistShape(serializers.Serializer[Any]):
    """A page of what was saved, newest first."""

    wishes = WishShape(many=True)
    next_cursor = serializers.CharField(allow_null=True)
    skus = serializers.ListField(
        child=serializers.CharField(),
        help_text="All that is on the list, whatever page this is: what hearts are drawn from.",
    )


class WishBody(serializers.Serializer[Any]):
    sku = TextField(max_length=LONGEST_SKU)
