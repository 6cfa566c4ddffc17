"""The table of the embedded item store: one JSON document per product."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class ItemRow(models.Model):
    """An item document, or the tombstone of one (`is_deleted`) that keeps its last revision."""

    product_id = models.BigIntegerField(primary_key=True)
    revision = models.BigIntegerField()
    is_deleted = models.BooleanField(default=False)
    skus = ArrayField(models.TextField())
    document = models.JSONField()

    class Meta:
        db_table = "catalog_item"
        verbose_name = "item document"
        indexes: ClassVar = [GinIndex(fields=["skus"], name="item_by_sku", fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.product_id}@{self.revision}"
