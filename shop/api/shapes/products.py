"""Products in lists and by themselves."""

from typing import Any

from rest_framework import serializers

from catalog.types import ItemDocument
from shop.api.shapes.money import MoneyShape
from shop.pages.cards import CardView


class PictureShape(serializers.Serializer[Any]):
    alt = serializers.CharField()
    url = serializers.CharField(help_text="The largest; a path of this server.")
    sizes = serializers.DictField(child=serializers.CharField(), help_text="card, page, thumb")


class CardShape(serializers.Serializer[CardView]):
    """A product in a list: one variant of it, for the address that was given."""

    sku = serializers.CharField()
    title = serializers.CharField()
    brand = serializers.CharField()
    url = serializers.CharField(help_text="The page of the storefront.")
    picture_url = serializers.CharField(help_text="A path of this server, or empty.")
    price = MoneyShape()
    compare_at = MoneyShape(allow_null=True)
    is_from = serializers.BooleanField(help_text="Other variants cost more.")
    arrives = serializers.DateField(allow_null=True, help_text="Promised for the address.")
    unreachable = serializers.CharField(help_text="Why it cannot be had, or empty.")


class VariantShape(serializers.Serializer[Any]):
    sku = serializers.CharField()
    options = serializers.DictField(child=serializers.CharField())
    price = MoneyShape()
    compare_at = MoneyShape(allow_null=True)


class AttributeShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    display = serializers.CharField()


class CategoryRefShape(serializers.Serializer[Any]):
    path = serializers.CharField()
    name = serializers.CharField()


class DeliveryShape(serializers.Serializer[Any]):
    """What is known about bringing the variant to the address."""

    state = serializers.ChoiceField(
        choices=["promised", "not_deliverable", "sold_out", "unknown", "ask"]
    )
    day = serializers.DateField(allow_null=True)
    order_by = serializers.DateTimeField(allow_null=True)
    fee = MoneyShape(allow_null=True)
    available = serializers.IntegerField()


class ProductShape(serializers.Serializer[ItemDocument]):
    """A product with all its variants."""

    product_id = serializers.IntegerField()
    title = serializers.CharField()
    brand = serializers.CharField()
    slug = serializers.CharField()
    description = serializers.CharField()
    bullets = serializers.ListField(child=serializers.CharField())
    category_path = CategoryRefShape(many=True)
    attributes = AttributeShape(many=True)
    variants = VariantShape(many=True)
    pictures = PictureShape(many=True)
    price_from = MoneyShape()
    is_published = serializers.BooleanField()
    delivery = DeliveryShape(required=False, help_text="Of the SKU asked for; by expand=delivery.")


class ProductBatchShape(serializers.Serializer[Any]):
    products = serializers.DictField(child=ProductShape(), help_text="By the SKU asked for.")
    missing = serializers.ListField(child=serializers.CharField())
