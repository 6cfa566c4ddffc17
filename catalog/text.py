"""Texts fit to be stored, shown and put into addresses."""

import re
from hashlib import blake2b

from django.utils.text import slugify

# Tab, line feed and carriage return are fine; the rest breaks JSON columns, XML or terminals.
UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def problem_with_text(text: str, *, longest: int) -> str | None:
    """Say what keeps a text from being stored, if anything does."""
    if len(text) > longest:
        return f"is too long: {len(text)} characters, at most {longest}"
    if found := UNFIT.search(text):
        return f"has an unprintable character (U+{ord(found.group()):04X})"
    return None


def product_slug(title: str) -> str:
    """Return the readable part of a product's address; the SKU beside it makes it unique."""
    return slugify(title)[:80].strip("-") or "item"


def category_slug(name: str) -> str:
    """Return a category's part of a path; names without Latin letters get a stable digest."""
    digest = blake2b(name.encode(), digest_size=4).hexdigest()
    return slugify(name)[:90].strip("-") or f"c-{digest}"
