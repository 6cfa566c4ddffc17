"""App configuration of search."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The app's entry in INSTALLED_APPS; subscribes the search consumer."""

    name = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        # Handlers and the outbox need the models, which exist only now.
        from search.handlers import subscribe_handlers

        subscribe_handlers()
