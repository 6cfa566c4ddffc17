from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from orders import archiving, audit, listing_audit, outcomes
        from orders.events import OrderStatusChanged
        from payments import events
        from shop.core import outbox, registry

        outbox.subscribe_in_transaction(events.PaymentSucceeded, outcomes.confirm_order)
        outbox.subscribe_in_transaction(events.PaymentFailed, outcomes.fail_order)
        outbox.subscribe_in_transaction(events.PaymentTimedOut, outcomes.time_order_out)
        outbox.subscribe_in_transaction(events.LateSuccess, outcomes.settle_late_money)
        outbox.subscribe(OrderStatusChanged, outcomes.take_reinstated_lines_from_cart)
        outbox.subscribe(
            OrderStatusChanged,
            archiving.forget_copy_of_changed,
            queue="archive",
            in_transaction=False,
        )
        registry.audit_checks.add("orders", audit.check_orders)
        registry.audit_repairs.add(
            "customers' lists of archived orders", listing_audit.repair_lists
        )
