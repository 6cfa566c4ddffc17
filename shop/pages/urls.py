"""Addresses of the storefront (design §9: they are stable)."""

from django.urls import path

from shop.pages import (
    cart_lines,
    category,
    deliver_to,
    home,
    product,
    search,
    site_files,
    wishes,
)

# --- browse -----------------------------------------------------------------------------------
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggestions, name="suggestions"),
    path("c/<path:path>/", category.category, name="category"),
    path("p/<str:slug>/<str:sku>/", product.product, name="product"),
    path("deliver-to/", deliver_to.deliver_to, name="deliver-to"),
]

# --- cart and wishlist ------------------------------------------------------------------------
urlpatterns += [
    path("cart/lines/", cart_lines.add_cart_line, name="add-cart-line"),
    path("wishlist/lines/", wishes.save_wish, name="save-wish"),
]

# --- files of a fixed name, and the design system ---------------------------------------------
urlpatterns += [
    path("robots.txt", site_files.robots),
    path("favicon.ico", site_files.favicon),
    path("design/", site_files.design_system),
]
