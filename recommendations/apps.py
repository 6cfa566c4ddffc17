from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    name = "recommendations"

    def ready(self) -> None:
        from accounts.events import CustomerSignedIn
        from orders import events
        from recommendations import handlers, mail
        from shop.core import outbox
        from shop.core.shelves import mail_shelves

        outbox.subscribe(events.OrderPlaced, handlers.record_placed_order)
        outbox.subscribe(events.OrderStatusChanged, handlers.record_order_outcome)
        outbox.subscribe_in_transaction(CustomerSignedIn, handlers.bring_views_along)
        mail_shelves.add("recommended", mail.suggest_in_mail)
