"""Tables of wishlist: one list per customer and per guest, one item per SKU."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Wishlist(models.Model):
    """A customer's wishlist or, before sign-in, a visitor's: exactly one of the two."""

    customer = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    # NULL, not "": many lists have no visitor, and unique must allow that.
    visitor = models.CharField(max_length=64, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        """Exactly one owner."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(customer__isnull=False, visitor__isnull=True)
                | models.Q(customer__isnull=True, visitor__isnull=False),
                name="wishlist_one_owner",
            ),
        )

    def __str__(self) -> str:
        return (
            f"Wishlist of customer {self.customer_id}"
            if self.customer_id
            else f"Guest wishlist {self.pk}"
        )


class WishlistItem(models.Model):
    """One SKU on a wishlist."""

    wishlist = models.ForeignKey(Wishlist, on_delete=models.CASCADE, related_name="items")
    sku = models.CharField("SKU", max_length=64)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        """Each SKU once, newest first."""

        ordering = ("-added_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["wishlist", "sku"], name="wishlist_item_once_per_sku"),
        )

    def __str__(self) -> str:
        return self.sku
