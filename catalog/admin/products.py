"""Products in the backoffice: one form for facts, attributes, pictures and variants."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Count, Min, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from catalog import services
from catalog.admin.attribute_fields import attribute_fields
from catalog.admin.inlines import PictureInline, VariantInline, thumbnail
from catalog.admin.product_forms import form_for_type
from catalog.attributes import TypeSpec
from catalog.errors import NotPublishable, ProductNotFound
from catalog.models import Category, Picture, Product, ProductStatus, ProductType, Variant
from catalog.product_types import type_specs, type_specs_by_code
from catalog.publishing import missing_for_publishing
from catalog.text import product_slug
from catalog.types import product_url
from shop.core.money import Money

FACTS = ["title", "brand", "category", "product_type", "description", "bullets", "seen_revision"]
EDITED = [
    "title",
    "slug",
    "brand",
    "description",
    "bullets",
    "category",
    "product_type",
    "attributes",
]


class RootCategoryFilter(admin.SimpleListFilter):
    title = "department"
    parameter_name = "department"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Category.objects.filter(parent=None).values_list("path", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        path = self.value()
        if not path:
            return queryset
        return queryset.filter(Q(category__path=path) | Q(category__path__startswith=f"{path}/"))


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin[Product]):
    list_display = [
        "thumbnail", "title", "brand", "category", "price_from", "variant_count", "state",
        "published_at",
    ]  # fmt: skip
    list_display_links = ["thumbnail", "title"]
    list_filter = ["status", RootCategoryFilter, "product_type"]
    list_select_related = ["category"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["title", "brand", "variants__sku"]
    search_help_text = "Title, brand or SKU"
    autocomplete_fields = ["category"]
    actions = ["publish", "retire"]
    inlines = [PictureInline, VariantInline]
    change_form_template = "admin/catalog/product/change_form.html"

    # --- the list ----------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        pictures = Picture.objects.filter(product=OuterRef("pk")).order_by("position", "id")
        variants = Variant.objects.filter(product=OuterRef("pk")).order_by().values("product")
        return (
            super()
            .get_queryset(request)
            .annotate(
                first_picture=Subquery(pictures.values("file")[:1], output_field=CharField()),
                cheapest=Subquery(variants.annotate(found=Min("price_minor")).values("found")),
                variant_total=Subquery(variants.annotate(found=Count("id")).values("found")),
            )
        )

    @admin.display(description="")
    def thumbnail(self, product: Product) -> str:
        return thumbnail(getattr(product, "first_picture", None), 48) or "no picture"

    @admin.display(description="price from", ordering="cheapest")
    def price_from(self, product: Product) -> str:
        cheapest = getattr(product, "cheapest", None)
        return "" if cheapest is None else Money(cheapest).format()

    @admin.display(description="variants", ordering="variant_total")
    def variant_count(self, product: Product) -> int:
        return getattr(product, "variant_total", None) or 0

    @admin.display(description="status", ordering="status")
    def state(self, product: Product) -> str:
        marks = {ProductStatus.PUBLISHED: "●", ProductStatus.RETIRED: "○"}
        mark = marks.get(ProductStatus(product.status), "◌")
        return format_html("{} {}", mark, product.get_status_display())

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        done = sum(self._publish_one(request, product) for product in queryset)
        self.message_user(request, f"{done} published.", messages.SUCCESS)

    @admin.action(description="Retire (take off sale)", permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        done = sum(self._retire_one(request, product) for product in queryset)
        self.message_user(request, f"{done} retired.", messages.SUCCESS)

    def _publish_one(self, request: HttpRequest, product: Product) -> bool:
        try:
            services.publish_product(product_id=product.pk, now=timezone.now())
        except (NotPublishable, ProductNotFound) as error:
            self.message_user(request, f"{product.title}: {error}", messages.ERROR)
            return False
        return True

    def _retire_one(self, request: HttpRequest, product: Product) -> bool:
        try:
            services.retire_product(product_id=product.pk, now=timezone.now())
        except ProductNotFound:
            message = f"{product.title}: it was never published."
            self.message_user(request, message, messages.WARNING)
            return False
        return True

    # --- the form ----------------------------------------------------------------------------

    def _spec(self, request: HttpRequest, product: Product | None) -> TypeSpec:
        """Return the type the form is for: as chosen in it, in the address, or the product's."""
        chosen = request.POST.get("product_type") or request.GET.get("product_type") or ""
        found = type_specs({int(chosen)}) if chosen.isdecimal() and len(chosen) < 10 else []  # noqa: PLR2004
        if not found and product is not None:
            found = type_specs({product.product_type_id})
        return found[0] if found else type_specs_by_code()["general"]

    def get_form(
        self,
        request: HttpRequest,
        obj: Product | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 (Django's own signature)
        **kwargs: Any,
    ) -> Any:
        kwargs["form"] = form_for_type(self._spec(request, obj))
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Product | None = None) -> Any:
        spec = self._spec(request, obj)
        fieldsets: list[Any] = [(None, {"fields": FACTS})]
        if names := list(attribute_fields(spec)):
            fieldsets.append((f"{spec.name}: attributes", {"fields": names}))
        return fieldsets

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Ask for the product type first: the form's fields depend on it."""
        if request.method == "GET" and "product_type" not in request.GET:
            return self._choose_type(request)
        return super().add_view(request, form_url, extra_context)

    def _choose_type(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        type_specs_by_code()  # there is always the general one
        context = {
            **self.admin_site.each_context(request),
            "title": "What kind of product is it?",
            "opts": self.opts,
            "types": ProductType.objects.annotate(attribute_total=Count("attributes")),
        }
        return TemplateResponse(request, "admin/catalog/product/choose_type.html", context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"product_type": self._spec(request, None).id}

    def has_delete_permission(self, request: HttpRequest, obj: Product | None = None) -> bool:
        """Let only drafts go: what was once published keeps its address, and is retired."""
        never_published = obj is None or obj.published_at is None
        return never_published and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def view_on_site(self, obj: Product) -> str | None:
        variant = obj.variants.first()
        if variant is None or obj.status == ProductStatus.DRAFT:
            return None
        return product_url(obj.slug, variant.sku)

    # --- saving ------------------------------------------------------------------------------

    def save_model(
        self,
        request: HttpRequest,
        obj: Product,
        form: Any,
        change: bool,  # noqa: FBT001
    ) -> None:
        obj.slug = product_slug(obj.title)
        # Never the revision or the status: those belong to the services.
        obj.save(update_fields=EDITED) if change else obj.save()

    def save_related(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Sequence[Any],
        change: bool,  # noqa: FBT001
    ) -> None:
        super().save_related(request, form, formsets, change)
        services.announce_edit(product_id=form.instance.pk, now=timezone.now())

    def response_add(
        self, request: HttpRequest, obj: Product, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._publish_or_retire(request, obj) or super().response_add(
            request, obj, post_url_continue
        )

    def response_change(self, request: HttpRequest, obj: Product) -> HttpResponse:
        return self._publish_or_retire(request, obj) or super().response_change(request, obj)

    def _publish_or_retire(self, request: HttpRequest, product: Product) -> HttpResponse | None:
        """Do what the button asked for; warn of a draft that could not be published yet."""
        if "_publish" in request.POST and self._publish_one(request, product):
            self.message_user(request, f"{product.title} is on sale.", messages.SUCCESS)
        elif "_retire" in request.POST and self._retire_one(request, product):
            self.message_user(request, f"{product.title} is off sale.", messages.SUCCESS)
        elif product.status == ProductStatus.DRAFT and (
            missing := missing_for_publishing(product)
        ):
            text = f"{product.title} is saved, but cannot be published: {', '.join(missing)}."
            self.message_user(request, text, messages.WARNING)
        if not {"_publish", "_retire"} & set(request.POST):
            return None
        return HttpResponseRedirect(
            reverse("admin:catalog_product_change", args=[quote(product.pk)])
        )
