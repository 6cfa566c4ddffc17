from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "shop.operations"
    label = "operations"

    def ready(self) -> None:
        from shop.operations import checks  # noqa: F401 - registers itself
