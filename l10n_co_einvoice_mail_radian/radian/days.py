"""Working days in Colombia, and the end of the days in which a buyer may claim (C.Co. 773, D. 1154/2020)."""

import datetime
import functools
from collections.abc import Collection

import holidays

CLAIM_DAYS = 3
SATURDAY, SUNDAY = 5, 6
ONE_DAY = datetime.timedelta(days=1)


@functools.lru_cache(maxsize=16)
def official(year: int) -> frozenset[datetime.date]:
    """The holidays of a year (Ley 51/1983 and, since 2026, Ley 2578/2026)."""
    return frozenset(holidays.country_holidays("CO", years=year))


def is_working(
    day: datetime.date, free: Collection[datetime.date] = (), saturday_counts: bool = False
) -> bool:
    """Is it a working day?

    :param free: further days on which nothing runs
    :param saturday_counts: whether a Saturday is a working day
    """
    weekend = {SUNDAY} if saturday_counts else {SATURDAY, SUNDAY}
    return day.weekday() not in weekend and day not in official(day.year) and day not in free


def after(
    start: datetime.date,
    days: int = CLAIM_DAYS,
    free: Collection[datetime.date] = (),
    saturday_counts: bool = False,
) -> datetime.date:
    """The last of so many working days after a day, which itself does not count."""
    day = start
    while days:
        day += ONE_DAY
        days -= is_working(day, free, saturday_counts)
    return day


def left(
    today: datetime.date,
    end: datetime.date,
    free: Collection[datetime.date] = (),
    saturday_counts: bool = False,
) -> int:
    """How many working days are left until `end`, today not counted; -1 when it is over."""
    if today > end:
        return -1
    span = ((today + ONE_DAY * n) for n in range(1, (end - today).days + 1))
    return sum(is_working(day, free, saturday_counts) for day in span)
