from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    name = "recommendations"

    def ready(self) -> None:
        from orders import events
        from recommendations import handlers, shelves
        from shop.core import outbox
        from shop.core.shelves import product_shelves

        outbox.subscribe(events.OrderPlaced, handlers.record_placed_order)
        outbox.subscribe(events.OrderStatusChanged, handlers.record_order_outcome)
        product_shelves.add("popular", shelves.popular_everywhere)
        product_shelves.add("popular-in-category", shelves.popular_in_category)
