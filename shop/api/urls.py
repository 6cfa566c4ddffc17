"""Addresses of the API (design §9: they are stable)."""

from allauth.headless.constants import Client
from django.urls import URLPattern, URLResolver, include, path, re_path

from shop.api import (
    account,
    addresses,
    cart,
    checkout,
    devices,
    docs,
    events,
    orders,
    products,
    recommendations,
    search,
    sign_in,
    storefront,
    wishlist,
)
from shop.api.conditional import cacheable
from shop.api.views import NothingHere

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", cacheable(docs.SchemaView.as_view()), name="api-schema"),
    path("docs/", docs.docs, name="api-docs"),
    path("auth/app/v1/auth/sessions", devices.DevicesView.as_api_view(client=Client.APP)),
    path("auth/app/v1/auth/code/confirm", sign_in.LoginCodeView.as_api_view(client=Client.APP)),
    path("auth/", include("allauth.headless.urls")),
    path("shop/", cacheable(storefront.StorefrontView.as_view())),
    path("postal-codes/<str:postal_code>/", cacheable(storefront.PostalCodeView.as_view())),
    path("products/", cacheable(search.ProductsView.as_view())),
    path("suggestions/", cacheable(search.SuggestionsView.as_view())),
    path("categories/", cacheable(search.CategoriesView.as_view())),
    path("products/batch/", cacheable(products.ProductBatchView.as_view())),
    path("products/<str:sku>/", cacheable(products.ProductView.as_view())),
    path("account/", cacheable(account.AccountView.as_view())),
    path("addresses/", cacheable(addresses.AddressBookView.as_view())),
    path("addresses/<int:address_id>/", cacheable(addresses.OneAddressView.as_view())),
    path("addresses/<int:address_id>/default/", addresses.DefaultAddressView.as_view()),
    path("wishlist/", cacheable(wishlist.WishlistView.as_view())),
    path("wishlist/<str:sku>/", wishlist.OneWishView.as_view()),
    path("wishlist/<str:sku>/move-to-cart/", wishlist.MoveWishView.as_view()),
    path("cart-tokens/", cart.CartTokenView.as_view()),
    path("cart/", cacheable(cart.CartView.as_view())),
    path("cart/lines/", cart.CartLinesView.as_view()),
    path("cart/lines/<str:sku>/", cart.CartLineView.as_view()),
    path("checkout/quote/", checkout.QuoteView.as_view()),
    path("orders/", cacheable(orders.OrdersView.as_view())),
    path("orders/<str:number>/", cacheable(orders.OrderDetailView.as_view())),
    path("orders/<str:number>/payment-session/", orders.PaymentSessionView.as_view()),
    path("orders/<str:number>/cancel/", orders.CancelView.as_view()),
    path("orders/<str:number>/try-again/", orders.TryAgainView.as_view()),
    path("recommendations/", cacheable(recommendations.RecommendationsView.as_view())),
    path("events/", events.EventsView.as_view()),
    re_path("", NothingHere.as_view()),  # the last one
]
