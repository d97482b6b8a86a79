"""The day a period ends.

Months and years end on the corresponding day, or the month's last; the first day is not counted.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from govproj_rules.values import NEVER, Duration
from govproj_rules.working_days import add_working_days

MAX_YEARS: Final = 200
"""As many years as a yearly duty is followed."""


@lru_cache(maxsize=65_536)
def add(day: date, period: Duration) -> date:
    """The day a period after ``day`` ends; raises :class:`CalendarGap` where no calendar knows."""
    if day == NEVER:
        return NEVER
    try:
        match period.unit:
            case "working_days":
                return add_working_days(day, period.count)
            case "days":
                return day + timedelta(days=period.count)
            case unit:
                from dateutil.relativedelta import relativedelta

                return day + relativedelta(months=period.count if unit == "months" else 12 * period.count)
    except (OverflowError, ValueError):
        return NEVER
