"""Values of posted forms, made safe to ask the database with."""

from django.http import HttpRequest

LONGEST_SKU = 64


def posted_sku(request: HttpRequest) -> str:
    """Return the SKU sent along; one that cannot exist as "", which nothing is called."""
    return clean_text(request.POST.get("sku", ""), longest=LONGEST_SKU)


def clean_text(text: str, *, longest: int) -> str:
    """Return the text, or "" if it is too long or has characters that no value of ours has."""
    return text if len(text) <= longest and text.isprintable() else ""
