"""App configuration of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app's entry in INSTALLED_APPS."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Customers"
