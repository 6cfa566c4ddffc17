from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        # Handlers and the outbox need the models, which exist only now.
        from catalog.handlers import subscribe_handlers

        subscribe_handlers()
