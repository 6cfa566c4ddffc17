"""Tags and filters of the design system; built in, so templates need no load."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, modifier: str = "") -> SafeString:
    """Return one icon of the sprite, hidden from screen readers: the text beside it speaks."""
    return _icon(name, modifier)


@lru_cache(maxsize=256)
def _icon(name: str, modifier: str) -> SafeString:
    # A listing has hundreds; all arguments come from templates.
    css = f"icon icon--{modifier}" if modifier else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static("icons/icons.svg"),
        name,
    )


@register.filter
def promise_day(day: date | None) -> str:
    """Write a delivery date as the shop always does: Tue, Nov 24."""
    return f"{day:%a, %b} {day.day}" if day else ""


@register.filter
def long_day(day: date | None) -> str:
    """Write a delivery date in full: Tuesday, November 24."""
    return f"{day:%A, %B} {day.day}" if day else ""


@register.filter
def time_left(until: datetime, now: datetime) -> str:
    """Say how long something holds still, to the minute: 5 h 12 min."""
    minutes = max(int((until - now) / timedelta(minutes=1)), 0)
    hours, minutes = divmod(minutes, 60)
    if days := hours // 24:
        return f"{days} day{'s' if days > 1 else ''}"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
