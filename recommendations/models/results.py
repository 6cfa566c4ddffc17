"""How recommendations do beside popular lists, counted from the lake day by day.

`group` is "model", or "control": the 5 % of shoppers who get popular lists everywhere. A day's
numbers are kept by `bucket`, into which shoppers are dealt for good: how much the buckets differ
says how sure a number is, as the days of one shopper are much alike.
"""

from django.db import models


class PlaceDay(models.Model):
    """A place's day; each number counts shoppers, one of them once."""

    day = models.DateField()
    place = models.CharField(max_length=30)
    group = models.CharField(max_length=10)
    bucket = models.PositiveSmallIntegerField()
    shown = models.PositiveIntegerField()
    clicked = models.PositiveIntegerField()
    added = models.PositiveIntegerField()  # put into the cart what they had clicked there

    class Meta:
        verbose_name_plural = "recommendation results"
        constraints = [
            models.UniqueConstraint(
                fields=["day", "place", "group", "bucket"], name="place_day_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}, {self.group}, {self.day}"


class GroupDay(models.Model):
    """What the shoppers of a group did on a day; `revenue_minor` in minor units of `currency`."""

    day = models.DateField()
    group = models.CharField(max_length=10)
    bucket = models.PositiveSmallIntegerField()
    shoppers = models.PositiveIntegerField()
    buyers = models.PositiveIntegerField()
    revenue_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "group", "bucket", "currency"], name="group_day_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}, {self.day}"


class CustomerGroup(models.Model):
    """The group of the browser in which a customer first signed in: theirs from then on."""

    customer_id = models.BigIntegerField(primary_key=True)
    group = models.CharField(max_length=10)

    def __str__(self) -> str:
        return f"customer {self.customer_id}: {self.group}"
