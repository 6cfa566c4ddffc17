"""Addresses of the development mailbox; included only where DEMO or DEBUG is on."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("<int:mail_id>/", views.mail, name="mail"),
    path("<int:mail_id>/html/", views.mail_html, name="mail-html"),
]
