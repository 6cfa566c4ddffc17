"""Form fields made from the attributes a product type declares."""

from collections.abc import Mapping
from typing import Any

from django import forms

from catalog.attributes import AttributeSpec, TypeSpec, attribute_values, clean_attributes
from catalog.types import Scalar

PREFIX = "attr_"
OTHERS = "other_attributes"


def attribute_fields(spec: TypeSpec) -> dict[str, forms.Field]:
    """Return the fields by name, in the type's order, and one for other attributes if allowed."""
    fields = {PREFIX + each.code: _field(each) for each in spec.attributes.values()}
    if spec.accepts_any:
        fields[OTHERS] = forms.CharField(
            required=False,
            widget=forms.Textarea(attrs={"rows": 6, "cols": 60}),
            label="Other attributes",
            help_text="One a line, for example “Material: Oak”.",
        )
    return fields


def _field(attribute: AttributeSpec) -> forms.Field:
    label = f"{attribute.name} ({attribute.unit})" if attribute.unit else attribute.name
    common: dict[str, Any] = {"label": label, "required": attribute.required}
    match attribute.kind:
        case "boolean":
            choices = [("", "Not said"), ("yes", "Yes"), ("no", "No")]
            return forms.ChoiceField(choices=choices, **common)
        case "choice":
            listed = [("", "Not said"), *((each, each) for each in attribute.choices)]
            return forms.ChoiceField(choices=listed, **common)
        case "integer" | "decimal":
            step = "1" if attribute.kind == "integer" else "any"
            widget = forms.NumberInput(attrs={"step": step})
            return forms.CharField(widget=widget, **common)
        case _:
            return forms.CharField(widget=forms.TextInput(attrs={"size": 60}), **common)


def initial_values(spec: TypeSpec, values: Mapping[str, Scalar]) -> dict[str, Any]:
    """Return what the fields show for a product's stored values."""
    initial: dict[str, Any] = {}
    others = []
    for each in attribute_values(spec, values):
        shown = ("yes" if each.value else "no") if isinstance(each.value, bool) else each.value
        if each.code in spec.attributes:
            initial[PREFIX + each.code] = shown
        else:
            others.append(f"{each.name}: {shown}")
    return initial | {OTHERS: "\n".join(others)}


def read_attributes(
    spec: TypeSpec, cleaned: Mapping[str, Any], before: Mapping[str, Scalar]
) -> tuple[dict[str, Scalar], dict[str, list[str]]]:
    """Return the values by code and the problems by form field."""
    given: dict[str, Any] = {
        code: cleaned.get(PREFIX + code) for code in spec.attributes if PREFIX + code in cleaned
    }
    problems: dict[str, list[str]] = {}
    for line in str(cleaned.get(OTHERS) or "").splitlines():
        name, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not colon or not name.strip() or not value.strip():
            problems.setdefault(OTHERS, []).append(f"“{line[:60]}” is not “Name: value”.")
            continue
        given[name.strip()] = value.strip()
    values, wrong = clean_attributes(spec, given)
    for key, texts in wrong.items():
        field = PREFIX + key.removeprefix("attributes.")
        problems.setdefault(field if field in cleaned else OTHERS, []).extend(texts)
    return {code: _as_before(code, value, before) for code, value in values.items()}, problems


def _as_before(code: str, value: Scalar, before: Mapping[str, Scalar]) -> Scalar:
    """Keep the type of a free value that the text field shows but was not changed."""
    old = before.get(code)
    if isinstance(old, bool):
        return old if value == ("yes" if old else "no") else value
    return old if old is not None and str(old) == str(value) else value
