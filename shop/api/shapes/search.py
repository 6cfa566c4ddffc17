"""What a search answers, and the tree of categories."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from catalog.types import CategoryNode
from shop.api.shapes.products import CardShape

KITCHEN = {"path": "kitchen", "name": "Kitchen", "product_count": 40}
KETTLES = {"path": "kitchen/kettles", "name": "Kettles", "product_count": 24, "children": []}


class FacetValueShape(serializers.Serializer[Any]):
    value = serializers.CharField(help_text="Send it as the parameter of the facet's code.")
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()
    selected = serializers.BooleanField()


class FacetShape(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="brand, category, price, attr.<code> or opt.<name>")
    name = serializers.CharField()
    values = FacetValueShape(many=True)


class SearchShape(serializers.Serializer[Any]):
    """A page of products that reach the address, with totals and facets over all pages."""

    products = CardShape(many=True)
    total = serializers.IntegerField()
    next_cursor = serializers.CharField(allow_null=True)
    did_you_mean = serializers.CharField(allow_null=True)
    corrected = serializers.BooleanField(help_text="The products are those of did_you_mean.")
    unmatched = serializers.ListField(child=serializers.CharField())
    loosened = serializers.BooleanField(help_text="Some products lack some of the words.")
    total_elsewhere = serializers.IntegerField(help_text="For other addresses, if none is here.")
    degraded = serializers.BooleanField(help_text="The index is away: exact words only.")
    facets = FacetShape(many=True, required=False, help_text="By expand=facets.")


class SuggestionShape(serializers.Serializer[Any]):
    text = serializers.CharField()
    kind = serializers.ChoiceField(choices=["query", "category", "product"])
    url = serializers.CharField(allow_null=True)


class SuggestionsShape(serializers.Serializer[Any]):
    suggestions = SuggestionShape(many=True)


class CategoryShape(serializers.Serializer[CategoryNode]):
    """A category with its subtree."""

    path = serializers.CharField()
    name = serializers.CharField()
    product_count = serializers.IntegerField()
    children = serializers.SerializerMethodField()

    @extend_schema_field({"type": "array", "items": {"$ref": "#/components/schemas/Category"}})
    def get_children(self, node: CategoryNode) -> list[dict[str, Any]]:
        return [dict(CategoryShape(child).data) for child in node.children]


@extend_schema_serializer(
    examples=[OpenApiExample("a tree", value={"categories": [{**KITCHEN, "children": [KETTLES]}]})]
)
class CategoriesShape(serializers.Serializer[Any]):
    categories = CategoryShape(many=True)
