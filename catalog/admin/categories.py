"""Categories in the backoffice: a tree edited by parent, with its addresses kept right."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from catalog import category_tree
from catalog.errors import InvalidCategory
from catalog.models import Category


class CategoryForm(ModelForm[Category]):
    slug = forms.SlugField(
        required=False, help_text="Its part of the address; left empty, made from the name."
    )

    class Meta:
        model = Category
        fields = ["name", "parent", "slug", "position"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            category = Category(pk=self.instance.pk, **cleaned)
            try:
                category_tree.check_placement(category)
            except InvalidCategory as error:
                self.add_error("parent", str(error))
        return cleaned


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin[Category]):
    form = CategoryForm
    list_display = ["indented_name", "path", "product_count", "position"]
    search_fields = ["name", "path"]
    autocomplete_fields = ["parent"]
    ordering = ["path"]
    list_per_page = 200

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return super().get_queryset(request).annotate(in_it=Count("products"))

    @admin.display(description="category", ordering="path")
    def indented_name(self, category: Category) -> str:
        return "\u2003" * category.path.count("/") + category.name

    @admin.display(description="products")
    def product_count(self, category: Category) -> int:
        return int(getattr(category, "in_it", 0))

    def save_model(
        self,
        request: HttpRequest,
        obj: Category,
        form: Any,
        change: bool,  # noqa: FBT001
    ) -> None:
        category_tree.place_category(obj)

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        super().delete_model(request, obj)
        category_tree.forget_tree()
