"""The product form: the facts every product has, and those its type declares."""

from typing import Any

from django import forms
from django.forms import ModelForm

from catalog.admin.attribute_fields import attribute_fields, initial_values, read_attributes
from catalog.attributes import TypeSpec
from catalog.models import Product, ProductStatus
from catalog.validation import LONGEST_BULLET, MOST_BULLETS


class ProductForm(ModelForm[Product]):
    """Base of the forms made for each product type; `spec` is set on those."""

    spec: TypeSpec

    bullets = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
        label="Key points",
        help_text="One a line; shown beside the pictures.",
    )
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Product
        fields = ["title", "brand", "category", "product_type", "description", "bullets"]
        widgets = {
            "title": forms.TextInput(attrs={"size": 80}),
            "description": forms.Textarea(attrs={"rows": 8, "cols": 80}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["bullets"] = "\n".join(self.instance.bullets)
        self.initial["seen_revision"] = self.instance.revision
        self.initial.update(initial_values(self.spec, self.instance.attributes))

    def clean_bullets(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["bullets"].splitlines()]
        bullets = [line for line in lines if line]
        if len(bullets) > MOST_BULLETS or any(len(each) > LONGEST_BULLET for each in bullets):
            raise forms.ValidationError(
                f"At most {MOST_BULLETS} lines of {LONGEST_BULLET} characters."
            )
        return bullets

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._check_unchanged(cleaned)
        if self.instance.status == ProductStatus.PUBLISHED and not cleaned.get("category"):
            self.add_error("category", "A published product needs a category.")
        attributes, problems = read_attributes(self.spec, cleaned, self.instance.attributes)
        for name, texts in problems.items():
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, texts)
        self.instance.attributes = attributes
        return cleaned

    def _check_unchanged(self, cleaned: dict[str, Any]) -> None:
        """Refuse to overwrite what somebody else saved meanwhile; locks the product."""
        if self.instance.pk is None:
            return
        locked = Product.objects.select_for_update().filter(pk=self.instance.pk)
        revision = locked.values_list("revision", flat=True).first()
        if revision != cleaned.get("seen_revision"):
            self.add_error(
                None,
                "Somebody else saved this product while you were editing it. "
                "Open it again to see their changes; yours are still in the fields below.",
            )


def form_for_type(spec: TypeSpec) -> type[ProductForm]:
    return type("TypedProductForm", (ProductForm,), {"spec": spec, **attribute_fields(spec)})
