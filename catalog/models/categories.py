"""The category tree: parent links, with the address path kept on each row."""

from typing import ClassVar

from django.db import models


class Category(models.Model):
    """A shelf of the shop. `path` joins the slugs from the root, e.g. ``tools/drills``.

    Trees of shops are read on every page and changed a few times a year: a stored path makes
    "all of this subtree" one indexed prefix search.
    """

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100, db_index=False)
    path = models.CharField(max_length=500, unique=True, editable=False)
    position = models.PositiveIntegerField(default=0, help_text="Lower numbers come first.")

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["path"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(slug=""), name="category_has_a_name"
            ),
            models.CheckConstraint(
                condition=models.Q(path=models.F("slug"), parent__isnull=True)
                | models.Q(parent__isnull=False, path__endswith=models.F("slug")),
                name="category_path_ends_in_its_slug",
            ),
        ]

    def __str__(self) -> str:
        return self.path
