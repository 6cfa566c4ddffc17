from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "shop.live"
    label = "live"

    def ready(self) -> None:
        from orders.events import OrderStatusChanged
        from shop.core import outbox
        from shop.live import checks, waking  # noqa: F401 - checks register themselves

        # No part of a transaction: who listens reads what is committed.
        outbox.subscribe(OrderStatusChanged, waking.wake_listeners, in_transaction=False)
