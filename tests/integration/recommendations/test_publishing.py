"""Which run's lists the pages show: one row says so, and every page knows at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from recommendations.live import (
    NothingToGoBackTo,
    RunHasNoLists,
    RunNotFound,
    SwitchMoved,
    earlier_runs,
    held_switch,
    live_run,
    live_run_id,
    publish,
    roll_back,
)
from recommendations.models import Publication, RecommendationRun, RunStatus
from shop.core import cache as cache_module

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def ready_run(*, has_lists: bool = True) -> int:
    run = RecommendationRun.objects.create(
        status=RunStatus.READY, started_at=NOW, heartbeat_at=NOW, has_lists=has_lists
    )
    return run.pk


def show(run_id: int | None) -> bool:
    return publish(run_id, by=None, reason="because", now=NOW)


def back() -> int | None:
    """Go back to where that leads just now."""
    target = next(iter(earlier_runs()), None)
    roll_back(to=target, by=None, now=NOW)
    return target


def test_before_anything_is_published_popular_lists_are_shown() -> None:
    assert live_run_id() is None
    assert live_run() is None


def test_what_is_published_is_live_at_once_though_the_answer_before_was_cached() -> None:
    first, second = ready_run(), ready_run()
    assert live_run_id() is None

    assert show(first)
    assert live_run_id() == first
    assert show(second)

    assert live_run_id() == second
    assert live_run() == RecommendationRun.objects.get(pk=second)
    newest = Publication.objects.first()
    assert newest is not None
    assert (newest.run_id, newest.reason, newest.published_at) == (second, "because", NOW)


def test_the_answer_is_cached(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    show(ready_run())
    live_run_id()

    with django_assert_num_queries(0):
        live_run_id()


def test_popular_lists_only_is_cached_too(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    live_run_id()

    with django_assert_num_queries(0):
        assert live_run_id() is None


def test_without_the_cache_the_database_answers() -> None:
    run_id = ready_run()
    cache_module.breaker.trip()

    show(run_id)

    assert live_run_id() == run_id


def test_an_answer_read_before_the_switch_does_not_cover_the_one_after_it() -> None:
    run_id = ready_run()
    show(run_id)

    cache.add("recommendations:live", 0, 30)  # a reader that was slow

    assert live_run_id() == run_id


def test_publishing_what_is_live_changes_nothing() -> None:
    run_id = ready_run()

    assert show(run_id)
    assert not show(run_id)

    assert Publication.objects.count() == 1


def test_a_run_without_lists_cannot_be_published() -> None:
    with pytest.raises(RunHasNoLists):
        show(ready_run(has_lists=False))
    with pytest.raises(RunNotFound):
        show(12345)

    assert live_run_id() is None


def test_going_back_twice_leads_two_runs_back_and_then_to_popular_lists() -> None:
    one, two, three = ready_run(), ready_run(), ready_run()
    for run_id in (one, two, three):
        show(run_id)

    assert [back(), live_run_id()] == [two, two]
    assert [back(), live_run_id()] == [one, one]
    assert [back(), live_run_id()] == [None, None]
    newest = Publication.objects.first()
    assert newest is not None
    assert newest.reason == f"Rolled back from run {one}."


def test_going_back_passes_over_runs_whose_lists_are_gone() -> None:
    one, two, three = ready_run(), ready_run(), ready_run()
    for run_id in (one, two, three):
        show(run_id)
    RecommendationRun.objects.filter(pk=two).update(has_lists=False)

    assert back() == one


def test_going_back_from_popular_lists_only_leads_to_what_was_live_before() -> None:
    one, two = ready_run(), ready_run()
    show(one)
    show(two)
    show(None)

    assert live_run_id() is None
    assert back() == two
    assert back() == one


def test_going_back_elsewhere_than_where_it_led_when_it_was_decided_is_refused() -> None:
    one, two, three = ready_run(), ready_run(), ready_run()
    show(one)
    show(two)
    show(three)  # while staff looked at a page that said: roll back to run one

    with pytest.raises(SwitchMoved, match=f"leads to run {two} now, not to run {one}"):
        roll_back(to=one, by=None, now=NOW)
    roll_back(to=two, by=None, now=NOW)
    with pytest.raises(SwitchMoved):  # pressed twice
        roll_back(to=two, by=None, now=NOW)

    assert live_run_id() == two


def test_who_took_lists_away_holds_the_switch_until_a_run_is_published() -> None:
    one, two = ready_run(), ready_run()
    show(one)
    show(two)
    assert held_switch() is None

    back()
    assert held_switch() is not None
    assert show(one)  # the very run that is shown: it goes on from here
    assert held_switch() is None

    show(None)
    assert held_switch() is not None
    assert not show(None)
    show(two)
    assert held_switch() is None


def test_where_nothing_was_live_there_is_nothing_to_go_back_to() -> None:
    with pytest.raises(NothingToGoBackTo):
        back()

    assert Publication.objects.count() == 0


def test_of_two_who_publish_the_same_run_at_once_one_does() -> None:
    run_id = ready_run()

    changed = at_once(run_id, run_id)

    assert sorted(changed) == [False, True]
    assert [row.run_id for row in Publication.objects.all()] == [run_id]


def test_two_runs_published_at_once_come_one_after_the_other() -> None:
    runs = [ready_run(), ready_run()]

    changed = at_once(*runs)

    assert changed == [True, True]
    shown = [row.run_id for row in Publication.objects.all()]
    assert sorted(filter(None, shown)) == runs
    cache.delete("recommendations:live")
    assert live_run_id() == shown[0]


def at_once(*run_ids: int) -> list[bool]:
    start = Barrier(len(run_ids))

    def act(run_id: int) -> bool:
        try:
            start.wait(timeout=10)
            return publish(run_id, by=None, reason="race", now=NOW + timedelta(seconds=1))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(run_ids)) as pool:
        return list(pool.map(act, run_ids))
