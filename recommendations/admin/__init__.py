"""The backoffice pages of recommendations."""

from recommendations.admin import lake

__all__ = ["lake"]
