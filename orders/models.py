"""Live orders with their lines and timeline; what is done with moves to the archive."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from orders.states import OrderStatus


class Order(models.Model):
    """An order as it was placed; amounts in minor units, `parcels` as allocated."""

    number = models.CharField(primary_key=True, max_length=20)
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    visitor = models.CharField(max_length=64, blank=True)
    # a digest of the network address, while it waits for its payment
    placed_from = models.CharField(max_length=32, blank=True, default="", db_default="")
    email = models.EmailField(max_length=254)
    status = models.CharField(
        max_length=20, choices=OrderStatus.choices, default=OrderStatus.AWAITING_PAYMENT
    )
    currency = models.CharField(max_length=3)
    items_minor = models.BigIntegerField()
    delivery_fee_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    address = models.JSONField()
    service_level = models.CharField(max_length=20)
    promised_date = models.DateField()
    parcels = models.JSONField(default=list)
    placed_at = models.DateTimeField()
    status_at = models.DateTimeField()
    # when "try again" put its lines back in the cart
    cart_restored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(total_minor=F("items_minor") + F("delivery_fee_minor")),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(condition=Q(items_minor__gt=0), name="order_items_positive"),
            models.CheckConstraint(
                condition=Q(delivery_fee_minor__gte=0), name="order_fee_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(status__in=OrderStatus.values), name="order_status_known"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-placed_at", "-number"], name="order_history"),
            models.Index(fields=["visitor", "-placed_at"], name="order_by_visitor"),
            models.Index(fields=["status", "status_at"], name="order_by_status"),
            models.Index(fields=["-placed_at"], name="order_newest"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One SKU of an order with what it was called and cost then."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    sku = models.CharField(max_length=64)
    product_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    slug = models.CharField(max_length=300)
    options = models.JSONField(default=dict)
    picture_url = models.CharField(max_length=500, blank=True)
    unit_price_minor = models.BigIntegerField()
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "sku"], name="order_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_quantity"),
            models.CheckConstraint(condition=Q(unit_price_minor__gte=0), name="order_line_price"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.sku}"


class TimelineEntry(models.Model):
    """One step of an order, with its cause; never altered."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="timeline")
    at = models.DateTimeField()
    old_status = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=20, choices=OrderStatus.choices)
    cause = models.CharField(max_length=50)
    note = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=254, blank=True)

    class Meta:
        verbose_name_plural = "timeline"
        indexes = [models.Index(fields=["order", "at"], name="timeline_of_order")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.status}"


class IdempotencyKey(models.Model):
    """A key that one shopper placed an order with; the same key gives the same order."""

    owner = models.CharField(max_length=80)
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    order_number = models.CharField(max_length=20)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="idempotency_key_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return self.key


class ArchivedOrderRow(models.Model):
    """A row of the embedded archive; the table is partitioned by year, see its migration."""

    number = models.CharField(max_length=20, primary_key=True)
    customer_id = models.BigIntegerField(null=True)
    placed_at = models.DateTimeField()
    summary = models.JSONField()
    body = models.JSONField()
    archived_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "orders_archive"

    def __str__(self) -> str:
        return self.number
