"""App configuration of search."""

from django.apps import AppConfig

from shop.core.registry import audit_checks, audit_repairs


class SearchConfig(AppConfig):
    """The app's entry in INSTALLED_APPS; subscribes the search consumer."""

    name = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        # Handlers and the outbox need the models, which exist only now.
        from search.audit import audit_search
        from search.handlers import subscribe_handlers
        from search.services import repair_index

        subscribe_handlers()
        audit_checks.add("search", audit_search)
        audit_repairs.add("search records and index", repair_index)
