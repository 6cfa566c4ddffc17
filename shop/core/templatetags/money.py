"""Prices in templates: `{{ price|money }}` and `{{ minor|money_minor:"USD" }}`."""

from django import template

from shop.core.money import Money

register = template.Library()


@register.filter
def money(value: Money | None) -> str:
    return value.format() if value is not None else ""


@register.filter
def money_minor(minor: int, currency: str = "USD") -> str:
    return Money(int(minor), currency).format()
