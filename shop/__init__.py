"""The project: settings, composition of the apps into one site, and the shared floor."""

from shop.celery import app as celery_app

__all__ = ["celery_app"]
