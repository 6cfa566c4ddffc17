"""Products, the variants that are sold, and their pictures."""

from typing import ClassVar

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Now

from catalog.models.categories import Category
from catalog.models.product_types import ProductType

SKU_PATTERN = r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z"
sku_format = RegexValidator(
    SKU_PATTERN, "Use letters, digits, dots, dashes and underscores; at most 64."
)


class ProductStatus(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Product(models.Model):
    """One product page. `revision` grows with every change that matters outside the backoffice.

    Written by services only: a plain save() would change it without anybody hearing of it.
    """

    title = models.CharField(max_length=300)
    slug = models.SlugField(max_length=100, db_index=False)
    brand = models.CharField(max_length=100, blank=True)
    description = models.TextField(blank=True)
    bullets = models.JSONField(default=list, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="products"
    )
    product_type = models.ForeignKey(ProductType, models.PROTECT, related_name="products")
    attributes = models.JSONField(default=dict, blank=True)
    status = models.CharField(
        max_length=10, choices=ProductStatus, default=ProductStatus.DRAFT, editable=False
    )
    revision = models.PositiveBigIntegerField(default=1, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    # Digest of the input last saved: an import skips rows that would change nothing.
    content_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["category", "status"], name="product_by_category"),
            models.Index(fields=["status", "-published_at"], name="product_newest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(title=""), name="product_has_a_title"),
            models.CheckConstraint(condition=models.Q(revision__gte=1), name="product_revision"),
            models.CheckConstraint(
                condition=models.Q(status__in=ProductStatus.values), name="product_status_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=ProductStatus.PUBLISHED)
                | models.Q(category__isnull=False, published_at__isnull=False),
                name="product_published_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Picture(models.Model):
    """A picture as we made it from an upload; `file` is its largest rendition's storage name."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="pictures")
    file = models.CharField(max_length=200, editable=False)
    alt = models.CharField(
        max_length=200,
        blank=True,
        help_text="What the picture shows, for those who cannot see it.",
    )
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.alt or self.file


class Variant(models.Model):
    """What is sold, counted and shipped: one choice of a product's options."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="variants")
    sku = models.CharField("SKU", max_length=64, unique=True, validators=[sku_format])
    options = models.JSONField(default=dict, blank=True)
    price_minor = models.PositiveBigIntegerField(validators=[MinValueValidator(1)])
    compare_at_minor = models.PositiveBigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    picture = models.ForeignKey(
        Picture, models.SET_NULL, null=True, blank=True, related_name="variants"
    )
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(price_minor__gt=0), name="variant_has_price"
            ),
            models.CheckConstraint(
                condition=models.Q(compare_at_minor__isnull=True)
                | models.Q(compare_at_minor__gt=models.F("price_minor")),
                name="variant_compare_at_above_price",
            ),
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="variant_currency"
            ),
            models.CheckConstraint(condition=~models.Q(sku=""), name="variant_has_sku"),
        ]

    def __str__(self) -> str:
        return self.sku
