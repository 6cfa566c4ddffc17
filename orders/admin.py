"""Orders as staff see them: read, and moved on step by step through the services."""

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from logistics.selectors import parcels_for
from orders import services
from orders.errors import OrderNotFound
from orders.models import Order, OrderLine, TimelineEntry
from orders.selectors import get_order
from orders.states import TRANSITIONS, OrderStatus
from shop.core.errors import DomainError, StoreUnavailable
from shop.core.money import Money
from shop.core.order_links import sign_order_link

TRACKING = "tracking-"
ORDER_NUMBER = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
# What a button does: the status it leads to, and what it says.
STEPS = {
    "pack": (OrderStatus.PACKED, "Mark as packed"),
    "ship": (OrderStatus.SHIPPED, "Ship"),
    "deliver": (OrderStatus.DELIVERED, "Mark as delivered"),
    "cancel": (OrderStatus.CANCELLED, "Cancel and refund"),
    "return": (OrderStatus.RETURNED, "Take back and refund"),
}


GIVES_MONEY_AWAY = {"cancel", "return"}


class StepForm(forms.Form):
    """What a step needs besides the order; each warehouse's parcel has its tracking number."""

    reason = forms.CharField(max_length=300, required=False)

    def __init__(self, *args: Any, step: str, number: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if step in GIVES_MONEY_AWAY:
            return
        del self.fields["reason"]
        if step != "ship":
            return
        for parcel in parcels_for(order_number=number):
            self.fields[f"{TRACKING}{parcel.warehouse_code}"] = forms.CharField(
                label=f"Tracking number of the parcel from {parcel.warehouse_name} "
                f"({parcel.carrier})",
                max_length=64,
            )

    @property
    def tracking(self) -> dict[str, str]:
        return {
            name.removeprefix(TRACKING): value
            for name, value in self.cleaned_data.items()
            if name.startswith(TRACKING)
        }


class LineInline(admin.TabularInline[OrderLine, Order]):
    model = OrderLine
    fields = ("sku", "title", "options", "quantity", "price")
    readonly_fields = ("price",)
    extra = 0
    can_delete = False

    @admin.display(description="unit price")
    def price(self, line: OrderLine) -> str:
        return Money(line.unit_price_minor, line.order.currency).format()

    def has_change_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False


class TimelineInline(admin.TabularInline[TimelineEntry, Order]):
    model = TimelineEntry
    fields = ("at", "status", "cause", "note", "actor")
    extra = 0
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin[Order]):
    """Live orders; archived ones are on the order's page in the shop."""

    list_display = ("number", "status", "total", "email", "placed_at", "promised_date")
    list_filter = ("status", "service_level", "placed_at")
    search_fields = ("number", "email", "lines__sku")
    date_hierarchy = "placed_at"
    ordering = ("-placed_at", "-number")
    actions = ("pack_selected", "deliver_selected")
    inlines = (LineInline, TimelineInline)
    change_form_template = "admin/orders/order/change_form.html"

    @admin.display(description="total")
    def total(self, order: Order) -> str:
        return Money(order.total_minor, order.currency).format()

    @admin.action(description="Mark as packed", permissions=["change"])
    def pack_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._each(request, queryset, "pack")

    @admin.action(description="Mark as delivered", permissions=["change"])
    def deliver_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._each(request, queryset, "deliver")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.take_step)
        return [
            path("<str:number>/step/<str:step>/", view, name="orders_order_step"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        order = Order.objects.filter(number=object_id).first()
        if order is None and self.has_view_permission(request):
            return self._archived(request, object_id)
        context = dict(extra_context or {})
        if order is not None:
            context["view"] = get_order(number=order.number)
            context["site_link"] = sign_order_link(order.number)
            context["steps"] = [
                (step, label) for step, label in possible_steps(order) if may_take(request, step)
            ]
        return super().change_view(request, object_id, form_url, context)

    def take_step(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        """Ask for what the step needs, take it, and go back to the order."""
        back = reverse("admin:orders_order_change", args=[number])
        if not may_take(request, step):
            messages.error(request, "That step is not possible.")
            return HttpResponseRedirect(back)
        sent = request.POST if request.method == "POST" else None
        form = StepForm(sent, step=step, number=number)
        valid = sent is not None and form.is_valid()
        if valid and self._take(request, number, step, form):
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{STEPS[step][1]}: {number}",
            "opts": self.opts,
            "form": form,
            "number": number,
        }
        return TemplateResponse(request, "admin/orders/order/step.html", context)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        """Find live orders; an archived one is found by its whole number."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        number = search_term.strip().upper()
        if ORDER_NUMBER.fullmatch(number) and not found.exists():
            url = reverse("admin:orders_order_change", args=[number])
            text = format_html(
                'Not among the live orders: <a href="{}">look in the archive</a>.', url
            )
            self.message_user(request, text, messages.INFO)
        return found, may_repeat

    def _archived(self, request: HttpRequest, number: str) -> HttpResponse:
        """Show an order of the archive, to read."""
        try:
            view = get_order(number=number)
        except (OrderNotFound, StoreUnavailable) as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:orders_order_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Archived order {number}",
            "opts": self.opts,
            "view": view,
            "number": number,
            "site_link": sign_order_link(number),
        }
        return TemplateResponse(request, "admin/orders/order/archived.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Order | None = None) -> list[Any]:
        return []  # the page above the lines says it all, in words

    def has_change_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        # The list's actions need it; the order's own fields are nobody's to type over.
        return obj is None and super().has_change_permission(request)

    def _each(self, request: HttpRequest, queryset: QuerySet[Order], step: str) -> None:
        numbers = queryset.values_list("number", flat=True)
        done = sum(self._take(request, number, step, None) for number in numbers)
        if done:
            self.message_user(request, f"{done} orders: {STEPS[step][1].lower()}.")

    def _take(self, request: HttpRequest, number: str, step: str, form: StepForm | None) -> bool:
        try:
            _run(step, number, str(request.user), form)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return False
        if form is not None:
            self.message_user(request, f"{number}: done.")
        return True


def may_take(request: HttpRequest, step: str) -> bool:
    """Tell whether this member of staff may; what gives money away needs the right to refund."""
    needed = {"orders.change_order"}
    if step in GIVES_MONEY_AWAY:
        needed.add("payments.change_refund")
    return step in STEPS and all(request.user.has_perm(each) for each in needed)


def possible_steps(order: Order) -> list[tuple[str, str]]:
    """Return the buttons that the order's status allows."""
    allowed = set(TRANSITIONS[order.status])
    if order.status == OrderStatus.AWAITING_PAYMENT:
        allowed.add(OrderStatus.CANCELLED)
    return [(step, label) for step, (status, label) in STEPS.items() if status in allowed]


def _run(step: str, number: str, actor: str, form: StepForm | None) -> None:
    now = timezone.now()
    reason = form.cleaned_data.get("reason", "") if form else ""
    match step:
        case "pack":
            services.pack_order(number=number, actor=actor, now=now)
        case "ship":
            tracking = form.tracking if form else {}
            services.ship_order(number=number, tracking=tracking, actor=actor, now=now)
        case "deliver":
            services.deliver_order(number=number, actor=actor, now=now)
        case "cancel":
            services.cancel_order(number=number, actor=actor, now=now, reason=reason)
        case "return":
            services.return_order(number=number, actor=actor, now=now, reason=reason)
