from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.domain.jobs import rules
from portico.domain.jobs.enums import AppointmentStatus as Visit
from portico.domain.jobs.enums import JobStatus
from portico.domain.jobs.errors import NotByHand, VisitOver
from portico.domain.jobs.rules import Standing

NOON = datetime(2026, 11, 23, 18, tzinfo=UTC)
ANY = st.sampled_from(list(Visit))
BY_HAND = st.sampled_from(rules.BY_HAND)


@given(before=ANY, after=BY_HAND)
def test_click_changes_what_is_open_refuses_what_is_over_and_is_idempotent(before: Visit, after: Visit) -> None:
    if before == after:
        assert rules.changes_status(before=before, after=after) is False
    elif before in (Visit.DONE, Visit.CANCELED):
        with pytest.raises(VisitOver):
            rules.changes_status(before=before, after=after)
    else:
        assert rules.changes_status(before=before, after=after) is True


@pytest.mark.parametrize("status", ("Scheduled", "Canceled", "", "Nonsense"))
def test_click_sets_nothing_but_the_four(status: str) -> None:
    with pytest.raises(NotByHand):
        rules.changes_status(before=Visit.SCHEDULED, after=status)


@given(before=ANY)
def test_offered_buttons_are_those_that_change_something(before: Visit) -> None:
    for status in rules.next_statuses(before):
        assert rules.changes_status(before=before, after=status) is True
    assert (rules.next_statuses(before) == ()) == (before in rules.OVER)


@given(visits=st.sets(ANY, min_size=1), now=st.sampled_from(list(JobStatus)))
def test_job_is_completed_when_its_last_open_visit_is_done(visits: set[Visit], now: JobStatus) -> None:
    is_open = bool(visits - rules.OVER)
    found = rules.job_status(visits, now=now)
    if is_open:
        assert found not in (JobStatus.COMPLETED, JobStatus.CANCELED)
    elif Visit.DONE in visits:
        assert found == JobStatus.COMPLETED
    else:
        assert found == now


@pytest.mark.parametrize(
    ("visits", "job"),
    (
        ({Visit.DISPATCHED}, JobStatus.DISPATCHED),
        ({Visit.WORKING, Visit.SCHEDULED}, JobStatus.IN_PROGRESS),
        ({Visit.HOLD, Visit.SCHEDULED}, JobStatus.HOLD),
        ({Visit.DONE, Visit.SCHEDULED}, JobStatus.SCHEDULED),
        ({Visit.DONE, Visit.CANCELED}, JobStatus.COMPLETED),
    ),
)
def test_job_is_what_its_open_visits_are(visits: set[str], job: str) -> None:
    assert rules.job_status(visits, now=JobStatus.SCHEDULED) == job


def test_import_writes_a_step_for_new_changed_and_moved_visits() -> None:
    standing = Standing("Scheduled", NOON, NOON + timedelta(hours=2))
    assert rules.is_step(None, standing)
    assert not rules.is_step(standing, Standing("Scheduled", NOON, NOON + timedelta(hours=2)))
    assert rules.is_step(standing, Standing("Done", NOON, NOON + timedelta(hours=2)))
    assert rules.is_step(standing, Standing("Scheduled", NOON, NOON + timedelta(hours=3)))


@given(steps=st.lists(ANY, max_size=8))
def test_stages_lie_behind_are_now_or_come_in_that_order(steps: list[Visit]) -> None:
    status = steps[-1] if steps else Visit.SCHEDULED
    found = rules.stages(status, [(step, NOON) for step in steps])
    marks = [(stage.is_past, stage.is_now) for stage in found]
    assert marks == sorted(marks, key=[(True, False), (False, True), (False, False)].index)
    assert [stage.is_now for stage in found].count(True) == 1
    assert all(stage.at is None for stage in found if not (stage.is_past or stage.is_now))


def test_visit_on_hold_stays_where_it_was() -> None:
    steps = [("Scheduled", NOON), ("Working", NOON + timedelta(hours=1)), ("Hold", NOON + timedelta(hours=2))]
    (now,) = [stage for stage in rules.stages("Hold", steps) if stage.is_now]
    assert (now.status, now.at) == (Visit.WORKING, NOON + timedelta(hours=1))
