"""The backoffice pages of recommendations."""

from recommendations.admin import lake, results, runs

__all__ = ["lake", "results", "runs"]
