"""Product types as the rest of the app needs them: as plain values, and by code."""

from collections.abc import Iterable

from catalog.attributes import AttributeSpec, TypeSpec
from catalog.models import ProductType

GENERAL = "general"


def type_specs(ids: Iterable[int]) -> list[TypeSpec]:
    return _specs(ProductType.objects.filter(id__in=list(ids)).prefetch_related("attributes"))


def type_specs_by_code() -> dict[str, TypeSpec]:
    """Return all product types; the general one, which accepts any attribute, always exists."""
    types = list(ProductType.objects.prefetch_related("attributes"))
    if not any(each.code == GENERAL for each in types):
        general, _created = ProductType.objects.get_or_create(
            code=GENERAL, defaults={"name": "General", "accepts_any": True}
        )
        types.append(general)
    return {spec.code: spec for spec in _specs(types)}


def _specs(types: Iterable[ProductType]) -> list[TypeSpec]:
    return [
        TypeSpec(
            id=each.pk,
            code=each.code,
            name=each.name,
            accepts_any=each.accepts_any,
            attributes={
                attribute.code: AttributeSpec(
                    code=attribute.code,
                    name=attribute.name,
                    kind=attribute.kind,
                    unit=attribute.unit,
                    choices=tuple(attribute.choices),
                    required=attribute.required,
                    filterable=attribute.filterable,
                )
                for attribute in each.attributes.all()
            },
        )
        for each in types
    ]
