"""Staff roles, as groups: what each kind of work needs, and no more.

Cancelling and taking back give money away, so they need the right to refund as well.
"""

from collections.abc import Mapping

from django.contrib.auth.models import Group, Permission

ROLES: Mapping[str, frozenset[str]] = {
    "Warehouse": frozenset(
        {
            "orders.view_order",
            "orders.change_order",
            "logistics.view_stock",
            "logistics.change_stock",
            "logistics.view_stockmovement",
            "logistics.view_shipment",
            "logistics.view_warehouse",
            "logistics.view_lane",
            "logistics.view_carrier",
        }
    ),
    "Catalog": frozenset(
        f"catalog.{action}_{model}"
        for action in ("view", "add", "change")
        for model in ("product", "variant", "picture", "category", "producttype", "attribute")
    ),
    "Support": frozenset(
        {
            "orders.view_order",
            "orders.change_order",
            "payments.view_payment",
            "payments.view_refund",
            "payments.change_refund",
            "payments.view_webhookevent",
            "accounts.view_user",
            "logistics.view_shipment",
        }
    ),
}


def ensure_roles() -> None:
    """Make the groups that are missing; what staff changed in one that exists stays."""
    for name, wanted in ROLES.items():
        group, created = Group.objects.get_or_create(name=name)
        if created:
            group.permissions.set(
                permission
                for permission in Permission.objects.select_related("content_type")
                if f"{permission.content_type.app_label}.{permission.codename}" in wanted
            )
