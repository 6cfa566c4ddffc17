from django.apps import AppConfig

from shop.core.registry import audit_checks, audit_repairs


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        # Handlers and the outbox need the models, which exist only now.
        from catalog.audit import audit_items
        from catalog.handlers import subscribe_handlers
        from catalog.repairing import repair_items

        subscribe_handlers()
        audit_checks.add("items", audit_items)
        audit_repairs.add("item documents", repair_items)
