"""Django's entry to the storefront: it brings the template tags."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The storefront's pages; no models of its own."""

    name = "shop.pages"
    label = "pages"
