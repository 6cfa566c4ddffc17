from django.apps import AppConfig

from shop.core.registry import audit_checks


class LogisticsConfig(AppConfig):
    name = "logistics"
    verbose_name = "Warehouses and delivery"

    def ready(self) -> None:
        # They need the models, which exist only now.
        from logistics.audit import audit_serviceability, audit_stock
        from logistics.handlers import subscribe_handlers

        subscribe_handlers()
        audit_checks.add("logistics.stock", audit_stock)
        audit_checks.add("logistics.serviceability", audit_serviceability)
