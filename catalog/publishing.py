"""What a product needs before customers may see it."""

from catalog.models import Product


def missing_for_publishing(product: Product) -> list[str]:
    """Say what keeps the product from being published; nothing if it is ready."""
    missing = []
    if product.category_id is None:
        missing.append("it has no category")
    if not product.variants.exists():
        missing.append("it has no variant to sell")
    return missing
