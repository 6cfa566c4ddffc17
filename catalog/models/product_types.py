"""Product types and the typed attributes their products have."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models

attribute_code = RegexValidator(
    r"\A[a-z][a-z0-9_]*\Z", "Use small letters, digits and underscores, a letter first."
)


class AttributeKind(models.TextChoices):
    TEXT = "text"
    INTEGER = "integer", "whole number"
    DECIMAL = "decimal", "number"
    BOOLEAN = "boolean", "yes or no"
    CHOICE = "choice", "one of a list"


class ProductType(models.Model):
    """What kind of thing a product is, and so which facts are told about it."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    accepts_any = models.BooleanField(
        "accepts any attribute",
        default=False,
        help_text="Products may carry attributes beyond the ones listed here.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Attribute(models.Model):
    product_type = models.ForeignKey(ProductType, models.CASCADE, related_name="attributes")
    code = models.CharField(max_length=100, validators=[attribute_code])
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=AttributeKind, default=AttributeKind.TEXT)
    unit = models.CharField(max_length=20, blank=True, help_text="For numbers, e.g. kg or mm.")
    choices = ArrayField(
        models.CharField(max_length=100),
        default=list,
        blank=True,
        help_text="For “one of a list”: the list, separated by commas.",
    )
    required = models.BooleanField(default=False)
    filterable = models.BooleanField(default=False, help_text="Offer it as a filter in search.")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product_type", "code"], name="attribute_code_once_per_type"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=AttributeKind.values), name="attribute_kind_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=AttributeKind.CHOICE) | ~models.Q(choices=[]),
                name="attribute_choice_has_choices",
            ),
        ]

    def __str__(self) -> str:
        return self.name
