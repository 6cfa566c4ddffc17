"""Backoffice pages for accounts."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest

from accounts.models import Address, User

RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


class AddressInline(admin.TabularInline[Address, User]):
    """A customer's address book, to read: staff who change an address do it for an order."""

    model = Address
    extra = 0
    can_delete = False
    readonly_fields = (
        "full_name",
        "line1",
        "line2",
        "city",
        "region",
        "postal_code",
        "country",
        "phone",
        "is_default",
    )

    def has_add_permission(self, *_: object) -> bool:
        """Addresses come from the customer, validated."""
        return False


class NewUserForm(AdminUserCreationForm):  # type: ignore[type-arg]  # not so at run time
    """Asks for the e-mail where Django's own form has a user name."""

    class Meta:
        """The fields of the first step."""

        model = User
        fields = ("email",)


@admin.register(User)
class CustomerAdmin(UserAdmin[User]):
    """Customers and staff, found by e-mail or name."""

    add_form = NewUserForm
    ordering = ("-date_joined",)
    list_display = ("email", "full_name", "is_staff", "is_active", "date_joined")
    list_filter = ("is_staff", "is_superuser", "is_active", "groups")
    search_fields = ("email", "full_name")
    readonly_fields = ("date_joined", "last_login")
    inlines = (AddressInline,)
    fieldsets = (
        (None, {"fields": ("email", "full_name", "password")}),
        ("Access", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Single permissions", {"classes": ("collapse",), "fields": ("user_permissions",)}),
        ("Dates", {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "full_name", "usable_password", "password1", "password2")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Only a superuser says who may do what: else staff could promote themselves."""
        if request.user.is_superuser:
            return list(self.readonly_fields)
        return [*self.readonly_fields, *RIGHTS]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let nobody but a superuser change the account, or the password, of staff."""
        if (
            obj is not None
            and (obj.is_staff or obj.is_superuser)
            and not request.user.is_superuser
        ):
            return False
        return super().has_change_permission(request, obj)

    def get_inlines(
        self,
        request: HttpRequest,
        obj: User | None,
    ) -> list[type[InlineModelAdmin[Any, User]]]:
        """Show the address book of an account that exists."""
        return list(super().get_inlines(request, obj)) if obj else []
