"""How recommendations do beside popular lists, counted from the lake day by day.

`group` is "model", or "control": the 5 % of shoppers who get popular lists everywhere.
"""

from django.db import models


class PlaceDay(models.Model):
    """A place's day; each number counts shoppers, one of them once."""

    day = models.DateField()
    place = models.CharField(max_length=30)
    group = models.CharField(max_length=10)
    shown = models.PositiveIntegerField()
    clicked = models.PositiveIntegerField()
    added = models.PositiveIntegerField()  # put into the cart what they had clicked there

    class Meta:
        verbose_name_plural = "recommendation results"
        constraints = [
            models.UniqueConstraint(fields=["day", "place", "group"], name="place_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.place}, {self.group}, {self.day}"


class GroupDay(models.Model):
    """What the shoppers of a group did on a day; `revenue_minor` in minor units of `currency`."""

    day = models.DateField()
    group = models.CharField(max_length=10)
    shoppers = models.PositiveIntegerField()
    buyers = models.PositiveIntegerField()
    revenue_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "group", "currency"], name="group_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.group}, {self.day}"
