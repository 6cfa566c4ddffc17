"""Addresses of the API (design §9: they are stable)."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from shop.api import cart, checkout, orders, products
from shop.api.conditional import cacheable

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("auth/", include("allauth.headless.urls")),
    path("products/batch/", cacheable(products.ProductBatchView.as_view())),
    path("products/<str:sku>/", cacheable(products.ProductView.as_view())),
    path("cart-tokens/", cart.CartTokenView.as_view()),
    path("cart/", cart.CartView.as_view()),
    path("cart/lines/", cart.CartLinesView.as_view()),
    path("cart/lines/<str:sku>/", cart.CartLineView.as_view()),
    path("checkout/quote/", checkout.QuoteView.as_view()),
    path("orders/", orders.OrdersView.as_view()),
    path("orders/<str:number>/", orders.OrderDetailView.as_view()),
    path("orders/<str:number>/payment-session/", orders.PaymentSessionView.as_view()),
    path("orders/<str:number>/cancel/", orders.CancelView.as_view()),
    path("orders/<str:number>/try-again/", orders.TryAgainView.as_view()),
]
