"""App configuration of notifications."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The app's entry in INSTALLED_APPS."""

    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Notifications"

    def ready(self) -> None:
        """Listen to what happens to orders and refunds."""
        from notifications import checks, handlers  # noqa: F401  (checks register themselves)
        from orders.events import OrderStatusChanged
        from payments.events import LateSuccess, RefundFailed, RefundFinished
        from shop.core.outbox import subscribe

        queue = "notifications"
        subscribe(OrderStatusChanged, handlers.tell_new_status, queue=queue)
        subscribe(LateSuccess, handlers.tell_late_payment, queue=queue)
        subscribe(RefundFinished, handlers.tell_refund, queue=queue)
        subscribe(RefundFailed, handlers.tell_staff_of_failed_refund, queue=queue)
