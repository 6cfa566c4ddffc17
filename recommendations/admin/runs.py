"""Runs of the nightly job: what each is worth, which one is live, and the switch's buttons."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from recommendations.admin.run_facts import (
    TONES,
    beside_popularity,
    duration,
    measure_rows,
    segment_rows,
)
from recommendations.live import earlier_runs, held_switch, live_run, publish, roll_back
from recommendations.models import Publication, RecommendationRun, RunStatus
from recommendations.runs.claims import has_stale_run
from recommendations.runs.nightly import PACE
from recommendations.tasks import ask_for_run
from shop.core.errors import DomainError, InvalidInput, StoreUnavailable

PUBLICATIONS_SHOWN = 10
LONGEST_REASON = 300
LIST = "admin:recommendations_recommendationrun_changelist"
PUBLISH_PERMISSION = "recommendations.change_recommendationrun"

View = Callable[..., HttpResponse]


class NoReason(InvalidInput):
    code = "no_reason"

    def __init__(self) -> None:
        super().__init__("Say why, for those who look at it later.")


class NoTarget(InvalidInput):
    code = "no_target"

    def __init__(self) -> None:
        super().__init__("Say which run to go back to.")


class ReadOnly:
    """What nobody types over: it is made by the nightly job and by buttons."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(RecommendationRun)
class RecommendationRunAdmin(ReadOnly, admin.ModelAdmin[RecommendationRun]):
    list_display = ("name", "state", "started", "took", "customers", "worth")
    list_per_page = 30
    change_list_template = "admin/recommendations/recommendationrun/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[RecommendationRun]:
        live = Publication.objects.values("run_id")[:1]
        return super().get_queryset(request).annotate(live_id=Subquery(live))

    @admin.display(description="run")
    def name(self, run: RecommendationRun) -> str:
        return f"Run {run.pk}"

    @admin.display(description="status", ordering="status")
    def state(self, run: RecommendationRun) -> SafeString:
        return format_html(
            '<span class="run-state run-state--{}">{}</span>{}',
            TONES[RunStatus(run.status)],
            run.get_status_display(),
            format_html(' <b class="run-live">{}</b>', "Live") if _is_live(run) else "",
        )

    @admin.display(description="started (UTC)", ordering="started_at")
    def started(self, run: RecommendationRun) -> str:
        return f"{run.started_at:%Y-%m-%d %H:%M}"

    @admin.display(description="duration")
    def took(self, run: RecommendationRun) -> str:
        return duration(run, timezone.now())

    @admin.display(description="customers", ordering="customer_count")
    def customers(self, run: RecommendationRun) -> str:
        return f"{run.customer_count:,}"

    @admin.display(description="NDCG@10 beside popular lists")
    def worth(self, run: RecommendationRun) -> str:
        return beside_popularity(run)

    def get_urls(self) -> list[URLPattern]:
        def wrapped(view: View) -> View:
            return require_POST(self.admin_site.admin_view(view))

        return [
            path("start/", wrapped(self.start), name="recommendations_start"),
            path("roll-back/", wrapped(self.go_back), name="recommendations_roll_back"),
            path("popular-only/", wrapped(self.show_popular), name="recommendations_popular"),
            path("<int:run_id>/publish/", wrapped(self.publish), name="recommendations_publish"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        now = timezone.now()
        running = RecommendationRun.objects.filter(status=RunStatus.RUNNING).first()
        context = {
            **(extra_context or {}),
            "title": "Recommendation runs",
            "may_publish": may_publish(request),
            "live": live_run(),
            "held": held_switch(),
            "since": Publication.objects.select_related("published_by").first(),
            "earlier": next(iter(earlier_runs()), None),
            "running": running,
            "is_stale": has_stale_run(now=now, stale_after=PACE.stale_after),
            "publications": Publication.objects.select_related("run", "published_by")[
                :PUBLICATIONS_SHOWN
            ],
        }
        return super().changelist_view(request, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what the run did and is worth; there is nothing to type."""
        run = self.get_object(request, object_id)
        if run is None:
            raise Http404
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        live = live_run()
        other = live if live != run else None
        context = {
            **self.admin_site.each_context(request),
            "title": f"Run {run.pk}",
            "opts": self.opts,
            "run": run,
            "tone": TONES[RunStatus(run.status)],
            "is_live": live == run,
            "is_held": held_switch() is not None,
            "live": other,
            "duration": duration(run, timezone.now()),
            "measures": measure_rows(run, other),
            "segments": segment_rows(run, other),
            "may_publish": may_publish(request),
        }
        template = "admin/recommendations/recommendationrun/detail.html"
        return TemplateResponse(request, template, context)

    def publish(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Show the run's lists on the pages, whatever the gate said of them."""
        back = reverse("admin:recommendations_recommendationrun_change", args=[run_id])
        reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]

        def act(by: int | None) -> str:
            if not reason:
                raise NoReason
            if publish(run_id, by=by, reason=reason, now=timezone.now()):
                return f"Run {run_id} is live: the pages show its lists from now on."
            return f"Run {run_id} is live already; nothing was changed."

        return self._act(request, act, back)

    def go_back(self, request: HttpRequest) -> HttpResponse:
        """Show what was shown before, if that still is what the button said."""
        told = request.POST.get("to", "?")

        def act(by: int | None) -> str:
            if told and not told.isdecimal():
                raise NoTarget
            run_id = int(told) if told else None
            roll_back(to=run_id, by=by, now=timezone.now())
            if run_id is None:
                return "Popular lists only are shown from now on: no earlier run has lists."
            return f"Rolled back: the pages show the lists of run {run_id} from now on."

        return self._act(request, act, reverse(LIST))

    def show_popular(self, request: HttpRequest) -> HttpResponse:
        """Show nobody anything personal."""

        def act(by: int | None) -> str:
            now = timezone.now()
            if publish(None, by=by, reason="Popular lists only, by hand.", now=now):
                return "Popular lists only are shown from now on."
            return "Popular lists only are shown already; nothing was changed."

        return self._act(request, act, reverse(LIST))

    def start(self, request: HttpRequest) -> HttpResponse:
        """Have the nightly worker start a run; it may be at one already."""

        def act(by: int | None) -> str:
            ask_for_run(start_new=True)
            return (
                "The nightly worker was asked to start a run. It appears here in a few seconds, "
                "unless one is at work already."
            )

        return self._act(request, act, reverse(LIST))

    def _act(
        self, request: HttpRequest, act: Callable[[int | None], str], back: str
    ) -> HttpResponse:
        """Do it if this member of staff may, and say what happened."""
        if not may_publish(request):
            raise PermissionDenied
        try:
            self.message_user(request, act(request.user.pk), messages.SUCCESS)
        except (DomainError, StoreUnavailable) as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        return HttpResponseRedirect(back)


@admin.register(Publication)
class PublicationAdmin(ReadOnly, admin.ModelAdmin[Publication]):
    """Who switched to which run, when and why."""

    list_display = ("shown", "published_at", "who", "reason")
    list_select_related = ("run", "published_by")
    fields = ("shown", "published_at", "who", "reason")

    @admin.display(description="shown", empty_value="Popular lists only")
    def shown(self, publication: Publication) -> str | None:
        return f"Run {publication.run_id}" if publication.run_id else None

    @admin.display(description="by", empty_value="The nightly job")
    def who(self, publication: Publication) -> str | None:
        return str(publication.published_by) if publication.published_by else None


def may_publish(request: HttpRequest) -> bool:
    """Tell whether this member of staff may start runs and say which one is live."""
    return request.user.has_perm(PUBLISH_PERMISSION)


def _is_live(run: RecommendationRun) -> bool:
    return bool(run.pk == getattr(run, "live_id", None))
