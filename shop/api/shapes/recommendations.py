"""Rows of recommended products, and what apps tell of what is looked at."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from recommendations.selectors import Place, Strategy
from shop.api.shapes.cart import LONGEST_SKU
from shop.api.shapes.fields import TextField
from shop.api.shapes.products import CardShape

MOST_EVENTS = 50
LONGEST_SEARCH = 200
PLACES = [place.value for place in Place]


class RowShape(serializers.Serializer[Any]):
    """A titled row, best first. Its `place` goes along when something of it is put in the cart."""

    place = serializers.ChoiceField(choices=PLACES)
    title = serializers.CharField(allow_blank=True)
    url = serializers.CharField(
        allow_blank=True, help_text="The storefront's page with more of it, or empty."
    )
    strategy = serializers.ChoiceField(
        choices=[strategy.value for strategy in Strategy],
        help_text="What it is made from: the customer, what is looked at, or everybody.",
    )
    products = CardShape(many=True)


class RecommendationsShape(serializers.Serializer[Any]):
    """No rows where there is nothing to recommend yet."""

    rows = RowShape(many=True)


@extend_schema_serializer(
    examples=[
        OpenApiExample("a view", value={"kind": "view", "sku": "LAMP-L", "place": "similar"})
    ]
)
class EventBody(serializers.Serializer[Any]):
    """`click` is the way to a product, from a row or a search; `view` is having it open."""

    kind = serializers.ChoiceField(choices=["view", "click"])
    sku = TextField(max_length=LONGEST_SKU)
    place = serializers.ChoiceField(
        choices=PLACES, required=False, help_text="The recommended row that led there."
    )
    text = TextField(
        max_length=LONGEST_SEARCH, required=False, help_text="The search that led there."
    )
    occurred_at = serializers.DateTimeField(
        required=False, help_text="Now by default; of the last seven days."
    )


class EventsBody(serializers.Serializer[Any]):
    events = serializers.ListField(child=EventBody(), allow_empty=False, max_length=MOST_EVENTS)


class RecordedShape(serializers.Serializer[Any]):
    recorded = serializers.IntegerField(help_text="How many events were taken.")
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="SKUs that are not known: nothing is recorded."
    )
