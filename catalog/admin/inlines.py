"""Variants and pictures on the product form."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import BaseInlineFormSet, ModelForm
from django.forms.models import ModelChoiceField
from django.http import HttpRequest
from django.utils.html import format_html

from catalog.errors import InvalidPicture
from catalog.models import Picture, Product, ProductStatus, Variant
from catalog.pictures import picture_url, store_upload
from catalog.validation import LARGEST_PRICE, LONGEST_OPTION, MOST_OPTIONS
from shop.core.money import Money

BETWEEN_OPTIONS = re.compile(r"[;,\n]\s*(?=[^;,:]+:)")


def read_options(text: str) -> dict[str, str]:
    """Return the options in ``Color: Red, Size: 1,5 m``.

    :raises ValidationError: if a part is not a name and a value
    """
    options: dict[str, str] = {}
    for part in BETWEEN_OPTIONS.split(text) if text.strip() else ():
        name, _colon, value = (piece.strip() for piece in part.partition(":"))
        if not name or not value or max(len(name), len(value)) > LONGEST_OPTION:
            raise forms.ValidationError(f"“{part[:60]}” is not “Name: value”.")
        if name in options:
            raise forms.ValidationError(f"{name} is given twice.")
        options[name] = value
    if len(options) > MOST_OPTIONS:
        raise forms.ValidationError(f"At most {MOST_OPTIONS} options.")
    return options


def show_options(options: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in options.items())


def _price_field(*, required: bool) -> forms.DecimalField:
    largest = Money(LARGEST_PRICE, settings.SHOP_CURRENCY).to_decimal()
    return forms.DecimalField(
        required=required, min_value=0, max_value=largest, decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "min": 0, "max": largest}),
    )  # fmt: skip


class VariantForm(ModelForm[Variant]):
    options = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"size": 24, "placeholder": "Color: Red, Size: M"}),
    )
    price = _price_field(required=True)
    compare_at = _price_field(required=False)

    class Meta:
        model = Variant
        fields = ["sku", "options", "price", "compare_at", "picture", "position"]
        widgets = {
            "sku": forms.TextInput(attrs={"size": 16}),
            "position": forms.NumberInput(attrs={"min": 0, "max": 999}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        variant = self.instance
        self.initial["options"] = show_options(variant.options)
        if variant.pk:
            self.initial["price"] = Money(variant.price_minor, variant.currency).to_decimal()
        if variant.compare_at_minor:
            before = Money(variant.compare_at_minor, variant.currency)
            self.initial["compare_at"] = before.to_decimal()

    def clean_options(self) -> dict[str, str]:
        return read_options(self.cleaned_data["options"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        currency = self.instance.currency or settings.SHOP_CURRENCY
        price, compare_at = cleaned.get("price"), cleaned.get("compare_at")
        if price is not None and not price:
            self.add_error("price", "Must be more than zero.")
        if price is not None and compare_at is not None and compare_at <= price:
            self.add_error("compare_at", "Must be above the price.")
        if not self.errors and price is not None:
            self.instance.price_minor = Money.parse(str(price), currency).minor
            self.instance.compare_at_minor = (
                Money.parse(str(compare_at), currency).minor if compare_at else None
            )
        return cleaned


class VariantFormSet(BaseInlineFormSet[Variant, Product, ModelForm[Variant]]):
    def clean(self) -> None:
        super().clean()
        kept = [
            form.cleaned_data
            for form in self.forms
            if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE")
        ]
        if not kept and self.instance.status == ProductStatus.PUBLISHED:
            raise forms.ValidationError("A published product needs a variant to sell.")
        chosen = [frozenset((each.get("options") or {}).items()) for each in kept]
        if len(set(chosen)) < len(chosen):
            raise forms.ValidationError("Two variants have the same options.")


class VariantInline(admin.TabularInline[Variant, Product]):
    model = Variant
    form = VariantForm
    formset = VariantFormSet
    extra = 1

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        if db_field.name == "picture":
            match = request.resolver_match
            product = match.kwargs.get("object_id") if match else None
            known = Picture.objects.filter(product_id=product) if product else None
            kwargs["queryset"] = Picture.objects.none() if known is None else known
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PictureForm(ModelForm[Picture]):
    upload = forms.FileField(
        required=False,
        label="File",
        help_text="PNG, JPEG or WebP, at most 10 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )

    class Meta:
        model = Picture
        fields = ["upload", "alt", "position"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        upload = cleaned.get("upload")
        if upload is None and not self.instance.file and not cleaned.get("DELETE"):
            self.add_error("upload", "Choose a file.")
        if upload is not None:
            try:
                self.instance.file = store_upload(upload.read())
            except InvalidPicture as error:
                self.add_error("upload", str(error))
        return cleaned


class PictureInline(admin.TabularInline[Picture, Product]):
    model = Picture
    form = PictureForm
    extra = 1
    fields = ["preview", "upload", "alt", "position"]
    readonly_fields = ["preview"]

    @admin.display(description="")
    def preview(self, picture: Picture) -> str:
        return thumbnail(picture.file, 80)


def thumbnail(file: str | None, width: int) -> str:
    if not file:
        return ""
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="">', picture_url(file, "thumb"), width, width
    )
