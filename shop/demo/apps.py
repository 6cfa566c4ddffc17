"""The demo shop as an app, so that Django finds its command."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "shop.demo"
    label = "demo"
    verbose_name = "Demo shop"
