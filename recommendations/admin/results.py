"""The page that says what recommendations are worth beside popular lists."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from recommendations.models import PlaceDay
from recommendations.results_report import report_results


@admin.register(PlaceDay)
class ResultsAdmin(admin.ModelAdmin[PlaceDay]):
    """Its list is the report: the days one by one tell nobody anything."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "Recommendation results",
            "opts": self.opts,
            "report": report_results(today=timezone.now().date()),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/recommendations/results.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: PlaceDay | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PlaceDay | None = None) -> bool:
        return False
