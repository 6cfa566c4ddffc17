"""Product types in the backoffice, with the attributes they declare."""

from typing import Any

from django import forms
from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from catalog.models import Attribute, AttributeKind, Product, ProductType
from catalog.touching import touch_products


class AttributeForm(ModelForm[Attribute]):
    class Meta:
        model = Attribute
        fields = [
            "name", "code", "kind", "unit", "choices", "required", "filterable", "position",
        ]  # fmt: skip
        widgets = {"choices": forms.TextInput(attrs={"size": 30})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == AttributeKind.CHOICE and not cleaned.get("choices"):
            self.add_error("choices", "List what can be chosen, separated by commas.")
        return cleaned


class AttributeInline(admin.TabularInline[Attribute, ProductType]):
    model = Attribute
    form = AttributeForm
    extra = 1
    prepopulated_fields = {}


@admin.register(ProductType)
class ProductTypeAdmin(admin.ModelAdmin[ProductType]):
    list_display = ["name", "code", "accepts_any"]
    search_fields = ["name", "code"]
    prepopulated_fields = {"code": ["name"]}
    inlines = [AttributeInline]

    def save_related(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        change: bool,  # noqa: FBT001
    ) -> None:
        super().save_related(request, form, formsets, change)
        if change:
            # Names, units and filters are part of the item documents of all its products.
            touch_products(Product.objects.filter(product_type=form.instance))
