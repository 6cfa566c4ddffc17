from django.urls import path

from shop.operations.health import livez, readyz

urlpatterns = [path("livez", livez, name="livez"), path("readyz", readyz, name="readyz")]
