"""What the backoffice's templates know of the stores."""

from django import template

from shop.core.stores import StoreStatus
from shop.operations import store_page

register = template.Library()


@register.simple_tag
def absent_stores() -> list[StoreStatus]:
    """Return the stores that do not answer."""
    return store_page.absent_stores()
