"""Tables of cart: one cart per customer and per guest, one line per SKU."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now

from cart.quantities import MAX_QUANTITY


class Cart(models.Model):
    """A customer's cart or, before sign-in, a visitor's: exactly one of the two."""

    customer = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    # NULL, not "": many carts have no visitor, and unique must allow that.
    visitor = models.CharField(max_length=64, null=True, blank=True, unique=True)
    version = models.PositiveIntegerField(
        default=0, help_text="Grows with every change, so that checkout notices one."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        """Exactly one owner."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(customer__isnull=False, visitor__isnull=True)
                | models.Q(customer__isnull=True, visitor__isnull=False),
                name="cart_one_owner",
            ),
        )

    def __str__(self) -> str:
        return (
            f"Cart of customer {self.customer_id}" if self.customer_id else f"Guest cart {self.pk}"
        )


class CartLine(models.Model):
    """So many of one SKU, and the price its owner was last shown."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    sku = models.CharField("SKU", max_length=64)
    quantity = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MAX_QUANTITY)]
    )
    price_seen_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        """One line per SKU, of a sane quantity."""

        ordering = ("added_at", "id")
        constraints = (
            models.UniqueConstraint(fields=["cart", "sku"], name="cart_line_once_per_sku"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1, quantity__lte=MAX_QUANTITY),
                name="cart_line_quantity",
            ),
            models.CheckConstraint(
                condition=models.Q(price_seen_minor__gte=0), name="cart_line_price"
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"
