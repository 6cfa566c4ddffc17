"""Addresses of the storefront (design §9: they are stable)."""

from django.urls import path

from shop.pages import (
    bundle,
    cart,
    cart_lines,
    category,
    checkout,
    deliver_to,
    home,
    order,
    orders,
    product,
    related,
    search,
    site_files,
    wishes,
    wishlist,
)

# --- browse -----------------------------------------------------------------------------------
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggestions, name="suggestions"),
    path("c/<path:path>/", category.category, name="category"),
    path("p/<str:slug>/<str:sku>/", product.product, name="product"),
    path("p/<str:slug>/<str:sku>/related/", related.related_products, name="related"),
    path("deliver-to/", deliver_to.deliver_to, name="deliver-to"),
]

# --- cart and wishlist ------------------------------------------------------------------------
urlpatterns += [
    path("cart/", cart.cart, name="cart"),
    path("cart/lines/", cart_lines.add_cart_line, name="add-cart-line"),
    path("cart/lines/together/", bundle.add_together, name="add-together"),
    path("cart/lines/change/", cart.change_cart_line, name="change-cart-line"),
    path("wishlist/", wishlist.wishlist, name="wishlist"),
    path("wishlist/lines/", wishes.save_wish, name="save-wish"),
    path("wishlist/lines/change/", wishlist.change_wish, name="change-wish"),
]

# --- checkout and orders ----------------------------------------------------------------------
urlpatterns += [
    path("checkout/", checkout.checkout, name="checkout"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<str:number>/", order.order, name="order"),
    path("orders/<str:number>/news/", order.order_news, name="order-news"),
    path("orders/<str:number>/pay/", order.pay_order, name="pay-order"),
    path("orders/<str:number>/cancel/", order.cancel, name="cancel-order"),
    path("orders/<str:number>/try-again/", order.try_again, name="try-order-again"),
]

# --- files of a fixed name, and the design system ---------------------------------------------
urlpatterns += [
    path("robots.txt", site_files.robots),
    path("favicon.ico", site_files.favicon),
    path("design/", site_files.design_system),
]
