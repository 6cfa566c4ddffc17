"""Staff see what each run is worth, and move the switch."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from recommendations.live import live_run_id, publish
from recommendations.models import Publication, RecommendationRun, RunStatus
from recommendations.tasks import NIGHTLY_QUEUE
from shop.celery import app
from tests.factories.accounts import make_customer
from tests.nightly.runs import metrics

pytestmark = pytest.mark.django_db(transaction=True)

RUNS = "/admin/recommendations/recommendationrun/"
STARTED = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_customer(is_staff=True, email="ann@shop.example"))
    return client


@pytest.fixture
def reader(client: Client) -> Client:
    """Return a member of staff who may look and no more."""
    user = make_customer(is_staff=True)
    user.is_superuser = False
    user.save()
    views = Permission.objects.filter(codename="view_recommendationrun")
    user.user_permissions.add(*views)
    client.force_login(user)
    return client


def make_run(**given: Any) -> RecommendationRun:
    defaults = {
        "status": RunStatus.READY,
        "started_at": STARTED,
        "heartbeat_at": STARTED,
        "finished_at": STARTED + timedelta(minutes=12, seconds=5),
        "customer_count": 12345,
        "product_count": 678,
        "has_lists": True,
        "metrics": metrics(),
        "verdict": "Good enough.",
        "stages": [{"name": "events", "seconds": 12.5, "rows": 1234567}],
        "log": "the last line",
    }
    return RecommendationRun.objects.create(**defaults | given)


def published(run: RecommendationRun) -> RecommendationRun:
    publish(run.pk, by=None, reason="It was good enough.", now=STARTED)
    return run


def text_of(page: Any) -> str:
    """Return the words of a page, its tags left out."""
    words: str = re.sub(r"<[^>]+>", " ", page.text)
    return " ".join(words.split())


def test_the_list_says_what_each_run_is_worth_and_which_one_is_live(staff: Client) -> None:
    live = published(make_run())
    make_run(status=RunStatus.REFUSED, metrics=metrics(ndcg=0.05))
    make_run(status=RunStatus.FAILED, metrics={}, customer_count=0, has_lists=False)

    text = text_of(staff.get(RUNS))

    assert f"Run {live.pk} Ready Live 2026-11-22 03:00 12 min 5 s 12,345" in text
    assert "0.2000 beside 0.1000" in text
    assert "0.0500 beside 0.1000" in text
    assert f"Live Run {live.pk} : personal lists for 12,345 customers." in text
    assert "Since 2026-11-22 03:00 UTC, by the nightly job: It was good enough." in text


def test_before_the_first_run_the_list_says_what_the_pages_show(staff: Client) -> None:
    text = text_of(staff.get(RUNS))

    assert "Popular lists only : no run was published yet." in text
    assert "Roll back" not in text


def test_a_runs_page_sets_its_numbers_beside_the_live_ones(staff: Client) -> None:
    live = published(make_run(metrics=metrics(ndcg=0.15)))
    run = make_run(verdict="Judged so.")

    text = text_of(staff.get(f"{RUNS}{run.pk}/change/"))

    assert "Judged so." in text
    assert f"Times Live run {live.pk} NDCG@10 0.2000 0.1000 2.00 0.1500" in text
    assert "Recall@20 0.3000 0.2000 1.50 0.3000" in text
    assert "Catalogue shown 80.0% 5.0% 16.00 80.0%" in text
    assert "1-4 purchases 40 0.2000 0.1000 2.00 0.1500" in text
    assert "events 1,234,567 12.5" in text
    assert "the last line" in text


def test_a_run_that_is_at_work_is_told_with_its_last_sign_of_life(staff: Client) -> None:
    now = timezone.now()
    run = make_run(
        status=RunStatus.RUNNING,
        started_at=now - timedelta(minutes=20),
        heartbeat_at=now - timedelta(minutes=5),
        finished_at=None,
        has_lists=False,
        metrics={},
    )

    page = staff.get(f"{RUNS}{run.pk}/change/")

    assert "Last heard of 5\xa0minutes ago" in page.text.replace("</th><td>", " ")
    assert "Publish this run" not in page.text
    assert f"Run {run.pk} is interrupted" in text_of(staff.get(RUNS))


def test_publishing_by_hand_asks_why_and_keeps_who_and_when(staff: Client) -> None:
    run = make_run(status=RunStatus.REFUSED)
    address = f"{RUNS}{run.pk}/publish/"

    refused = text_of(staff.post(address, {"reason": " "}, follow=True))
    assert "Say why, for those who look at it later." in refused
    assert live_run_id() is None

    told = text_of(staff.post(address, {"reason": "The crowd is small."}, follow=True))

    assert f"Run {run.pk} is live: the pages show its lists from now on." in told
    assert live_run_id() == run.pk
    publication = Publication.objects.get()
    assert str(publication.published_by) == "ann@shop.example"
    assert publication.reason == "The crowd is small."
    assert "ann@shop.example The crowd is small." in text_of(staff.get(RUNS))
    assert "The crowd is small." in text_of(staff.get("/admin/recommendations/publication/"))


def test_rolling_back_shows_what_was_shown_before(staff: Client) -> None:
    first, second = published(make_run()), published(make_run())
    assert f"Roll back to run {first.pk}" in text_of(staff.get(RUNS))

    told = text_of(staff.post(f"{RUNS}roll-back/", {"to": first.pk}, follow=True))

    assert f"Rolled back: the pages show the lists of run {first.pk} from now on." in told
    assert live_run_id() == first.pk
    assert f"Rolled back from run {second.pk}." in told
    assert "Roll back to popular lists" in told

    assert "No run is published by itself until staff publish one by hand." in told
    staff.post(f"{RUNS}roll-back/", {"to": ""})
    assert live_run_id() is None


def test_a_button_pressed_twice_goes_back_once(staff: Client) -> None:
    first, second, _ = published(make_run()), published(make_run()), published(make_run())
    page = staff.get(RUNS)
    assert f'<input type="hidden" name="to" value="{second.pk}">' in page.text

    staff.post(f"{RUNS}roll-back/", {"to": second.pk})
    told = text_of(staff.post(f"{RUNS}roll-back/", {"to": second.pk}, follow=True))

    assert f"going back leads to run {first.pk} now, not to run {second.pk}" in told
    assert live_run_id() == second.pk
    told = text_of(staff.post(f"{RUNS}roll-back/", follow=True))
    assert "Say which run to go back to." in told
    assert live_run_id() == second.pk


def test_a_run_that_waits_for_a_store_says_until_when(staff: Client) -> None:
    run = make_run(
        status=RunStatus.RUNNING,
        resume_at=STARTED + timedelta(minutes=8),
        finished_at=None,
        has_lists=False,
        verdict="Waiting: the lake is unavailable",
    )

    told = text_of(staff.get(RUNS))

    assert f"Run {run.pk} goes on at 03:08 UTC. Waiting: the lake is unavailable" in told


def test_popular_lists_only_are_one_button_away(staff: Client) -> None:
    published(make_run())

    told = text_of(staff.post(f"{RUNS}popular-only/", follow=True))

    assert "Popular lists only are shown from now on." in told
    assert live_run_id() is None


def test_a_run_whose_lists_are_gone_is_not_published(staff: Client) -> None:
    run = make_run(has_lists=False)

    assert "Publish this run" not in staff.get(f"{RUNS}{run.pk}/change/").text
    told = text_of(staff.post(f"{RUNS}{run.pk}/publish/", {"reason": "why not"}, follow=True))

    assert f"Run {run.pk} has no lists to show." in told
    assert live_run_id() is None


def test_starting_a_run_asks_the_nightly_worker(staff: Client) -> None:
    with app.connection_for_write() as broker:
        queue = broker.SimpleQueue(NIGHTLY_QUEUE)
        queue.clear()

        told = text_of(staff.post(f"{RUNS}start/", follow=True))

        message = queue.get(timeout=5)
        message.ack()
        queue.close()
    assert "The nightly worker was asked to start a run." in told
    assert message.headers["task"] == "recommendations.build_lists"
    assert message.payload[1] == {"start_new": True}
    assert not RecommendationRun.objects.exists()


@pytest.mark.parametrize("button", ["roll-back", "popular-only", "start", "publish"])
def test_who_may_only_look_moves_nothing(reader: Client, button: str) -> None:
    published(make_run())
    run = published(make_run())
    page = reader.get(RUNS)
    assert page.status_code == 200
    assert '<button type="submit" class="button">' not in page.text
    address = f"{RUNS}{run.pk}/publish/" if button == "publish" else f"{RUNS}{button}/"

    refused = reader.post(address, {"reason": "because"})

    assert refused.status_code == 403
    assert live_run_id() == run.pk
    assert Publication.objects.count() == 2


def test_a_button_is_pressed_not_followed(staff: Client) -> None:
    run = published(make_run())

    assert staff.get(f"{RUNS}roll-back/").status_code == 405
    assert live_run_id() == run.pk


def test_nobody_types_a_run_or_a_publication(staff: Client) -> None:
    published(make_run())
    publication = Publication.objects.get()

    assert staff.get(f"{RUNS}add/").status_code == 403
    kept = "/admin/recommendations/publication/"
    assert staff.get(f"{kept}add/").status_code == 403
    assert staff.post(f"{kept}{publication.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Publication.objects.count() == 1
