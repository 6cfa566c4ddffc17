"""What tables may know of each other: import-linter does not see a foreign key named by string."""

from django.apps import apps
from django.conf import settings
from django.db.models import Model

OURS = {
    "accounts", "cart", "catalog", "core", "logistics", "notifications", "orders", "payments",
    "recommendations", "search", "wishlist",
}  # fmt: skip


def referred(model: type[Model]) -> set[type[Model]]:
    """Return the models that rows of this one point at, many-to-many ones included."""
    fields = model._meta.get_fields()
    return {
        field.related_model
        for field in fields
        if field.is_relation
        and not field.auto_created
        and isinstance(field.related_model, type)
        and issubclass(field.related_model, Model)
    }


def test_no_foreign_key_leaves_its_app_but_to_the_user() -> None:
    ours = [model for model in apps.get_models() if model._meta.app_label in OURS]

    leaving = {
        f"{model._meta.label} -> {other._meta.label}"
        for model in ours
        for other in referred(model)
        if other._meta.app_label != model._meta.app_label
        and other._meta.label != settings.AUTH_USER_MODEL
    }

    # The permissions that every Django user has.
    assert leaving == {"accounts.User -> auth.Group", "accounts.User -> auth.Permission"}


def test_every_app_of_ours_with_tables_is_looked_at() -> None:
    root = settings.BASE_DIR
    found = {
        config.label
        for config in apps.get_app_configs()
        if str(config.path).startswith(f"{root}/")
        and "/.venv/" not in str(config.path)
        and list(config.get_models())
    }

    assert found == OURS
