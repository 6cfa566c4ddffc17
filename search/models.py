"""One row per product ever published: what search knows, enough to build any engine's index."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchRecord(models.Model):
    """The searchable projection of a product and of where its variants are in stock.

    `revision` is the record's own and rises with every change of it, be it the product or its
    stock; engines order what reaches them by it. Rows of withdrawn products stay, unpublished,
    so that their revision goes on rising should they come back. Not `is_indexed` are those that
    the engine did not take when they last changed; who refreshes them next hands them over.
    """

    product_id = models.BigIntegerField(primary_key=True)
    revision = models.BigIntegerField()
    product_revision = models.BigIntegerField()
    is_published = models.BooleanField()
    is_indexed = models.BooleanField(default=True, db_default=True)
    slug = models.CharField(max_length=255)
    title = models.CharField(max_length=500)
    sort_title = models.CharField(max_length=500)
    brand = models.CharField(max_length=255, blank=True)
    description = models.TextField(blank=True)
    categories = models.JSONField(default=list)
    category_paths = ArrayField(models.CharField(max_length=500), default=list)
    attributes = models.JSONField(default=list)
    variants = models.JSONField(default=list)
    skus = ArrayField(models.CharField(max_length=100), default=list)
    price_min = models.BigIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    words = SearchVectorField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            GinIndex(fields=["skus"], name="search_record_skus"),
            GinIndex(fields=["category_paths"], name="search_record_categories"),
            GinIndex(fields=["words"], name="search_record_words"),
        ]

    def __str__(self) -> str:
        return self.title
