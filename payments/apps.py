from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        from payments import audit, events, handlers
        from shop.core import outbox, registry

        outbox.subscribe(
            events.RefundRequested, handlers.send_refund, queue="payments", in_transaction=False
        )
        outbox.subscribe(
            events.SessionObsolete, handlers.cancel_session, queue="payments", in_transaction=False
        )
        registry.audit_checks.add("payments", audit.check_payments)
