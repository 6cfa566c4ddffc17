from django.urls import path

from payments.views import webhook

app_name = "payments"
urlpatterns = [path("webhooks/<str:gateway_name>/", webhook, name="webhook")]
