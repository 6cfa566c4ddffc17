"""Ranked products, best first: counted every quarter of an hour, or learned by a nightly run.

The rows of a run belong to it for good; which run's rows the pages read is a `Publication`.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from recommendations.models.runs import RecommendationRun


class PopularProduct(models.Model):
    """A place in the list of a category's popular products; the empty path is the whole shop."""

    category = models.CharField(max_length=300, blank=True)
    rank = models.PositiveIntegerField()
    product_id = models.BigIntegerField()
    score = models.FloatField()
    built_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "rank"], name="popular_rank_once"),
            models.UniqueConstraint(
                fields=["category", "product_id"], name="popular_product_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category or 'everything'} #{self.rank}: {self.product_id}"


class RunLists(models.Model):
    """What all rows of a run have."""

    run = models.ForeignKey(RecommendationRun, on_delete=models.CASCADE, db_index=False)

    class Meta:
        abstract = True


class CustomerLists(RunLists):
    """All that one page about one customer needs: a row is read by its key.

    `categories` maps the path of a root category to product ids; `bought` is what the customer
    had bought when the run read the lake, not to be recommended but under "buy again".
    """

    customer_id = models.BigIntegerField()
    for_you = ArrayField(models.BigIntegerField())
    categories = models.JSONField()
    buy_again = ArrayField(models.BigIntegerField())
    bought = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "customer_id"], name="customer_lists_once"),
        ]

    def __str__(self) -> str:
        return f"customer {self.customer_id} in run {self.run_id}"


class ProductLists(RunLists):
    """What is like a product, and what is bought in one basket with it."""

    product_id = models.BigIntegerField()
    similar = ArrayField(models.BigIntegerField())
    together = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "product_id"], name="product_lists_once"),
        ]

    def __str__(self) -> str:
        return f"product {self.product_id} in run {self.run_id}"


class CategoryLists(RunLists):
    """A category's products by lasting interest; the empty path is the whole shop."""

    path = models.CharField(max_length=300, blank=True)
    product_ids = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "path"], name="category_lists_once"),
        ]

    def __str__(self) -> str:
        return f"{self.path or 'everything'} in run {self.run_id}"
