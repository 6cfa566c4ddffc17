"""Addresses of the account pages that are ours; allauth adds the rest under /accounts/."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("addresses/", views.address_book, name="addresses"),
    path("addresses/add/", views.add_address, name="add-address"),
    path("addresses/<int:address_id>/", views.edit_address, name="edit-address"),
    path("addresses/<int:address_id>/remove/", views.remove_address, name="remove-address"),
    path("addresses/<int:address_id>/default/", views.make_default, name="default-address"),
]
