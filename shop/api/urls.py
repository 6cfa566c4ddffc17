"""Addresses of the API (design §9: they are stable)."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from shop.api import cart, products
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
]
