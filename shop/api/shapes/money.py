"""Amounts: exact in minor units, and as the caller's language writes them."""

from typing import Any

from django.utils.translation import get_language, to_locale
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from shop.core.money import Money


@extend_schema_serializer(
    examples=[
        OpenApiExample("a price", value={"minor": 4950, "currency": "USD", "text": "$49.50"})
    ]
)
class MoneyShape(serializers.Serializer[Money]):
    """An amount in the smallest unit of its currency (ISO 4217), such as cents."""

    minor = serializers.IntegerField()
    currency = serializers.CharField(min_length=3, max_length=3)
    text = serializers.SerializerMethodField(help_text="As a person reads it.")

    def get_text(self, money: Money) -> str:
        return money.format(to_locale(get_language() or "en-us"))


def money_json(money: Money | None) -> dict[str, Any] | None:
    return None if money is None else MoneyShape(money).data
