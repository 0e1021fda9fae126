"""Opening hours as they are kept and as they are read."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.foundation.tenancy import hours

DAY, HALF = (time(8), time(17)), (time(9), time(12, 30))
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
spans = st.one_of(st.none(), st.tuples(times, times).filter(lambda span: span[0] < span[1]))


@given(st.lists(spans, min_size=7, max_size=7))
def test_what_is_kept_is_read_back(week):
    kept = hours.written(week)
    assert hours.read(kept) == week
    assert len(kept) <= 100


@pytest.mark.parametrize(
    ("week", "said"),
    (
        ([None] * 7, ""),
        ([DAY] * 7, "Monday–Sunday 8 AM–5 PM"),
        ([DAY] * 5 + [HALF, None], "Monday–Friday 8 AM–5 PM, Saturday 9 AM–12:30 PM"),
        ([None, DAY, None, DAY, DAY, None, None], "Tuesday 8 AM–5 PM, Thursday–Friday 8 AM–5 PM"),
    ),
)
def test_days_alike_are_said_together(week, said):
    assert hours.said(hours.written(week)).replace("\u00a0", " ") == said


@pytest.mark.parametrize("text", ("x", "1,2,3", "08:00-17:00", "08:00,,,,,,", ",,,,,,,"))
def test_a_text_that_is_none_is_refused(text):
    with pytest.raises(ValueError):
        hours.written(hours.read(text))
