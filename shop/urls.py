"""The addresses of the whole site; design §9 lists those that clients rely on."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from accounts.sign_in_views import confirm_login_code, list_devices_page
from shop.operations.store_page import store_page

# One log-in for everybody: its rate limits hold for the backoffice too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "shop.pages.bad_request.bad_request"

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/stores/", admin.site.admin_view(store_page), name="stores"),
    path("admin/", admin.site.urls),
    path("accounts/login/code/confirm/", confirm_login_code, name="account_confirm_login_code"),
    # Not all of `allauth.urls`: pages of sign-in by other sites' accounts come with the first one.
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", list_devices_page, name="usersessions_list"),
    path("account/", include("accounts.urls")),
    path("api/v1/", include("shop.api.urls")),
    path("payments/", include("payments.urls")),
    *(
        [path("dev/mailbox/", include("notifications.urls"))]
        if settings.DEMO or settings.DEBUG
        else []
    ),
    path("", include("shop.operations.urls")),
    path("", include("shop.pages.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
