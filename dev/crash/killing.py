"""Scenarios in which Odoo's processes are killed."""

import math
import time

from ..paths import Problem
from . import points

KINDS = ("move", "copy", "plain", "pop")
NAMED_SHARE = 0.6  # of the kills; the others come at random moments
TRIES = 4  # to reach a named point
ONCE = math.ceil(len(points.POINTS) / NAMED_SHARE)  # so many kills reach each named point once


def at_named_points(case, kills):
    """A run on one mailbox ends at one point after the other, on each kind of mailbox."""
    inboxes = {kind: case.inbox(kind) for kind in KINDS}
    places = _places(case.random)
    for number in range(round(kills * NAMED_SHARE)):
        point, kind = places[number % len(places)]
        _reach(case, inboxes[kind], point)


def _places(random):
    """Return [(Point, kind of mailbox)]: every point once, then every point once more, until all its kinds were had."""
    kinds = {point: random.sample(point.kinds, len(point.kinds)) for point in points.POINTS}
    places = []
    for turn in range(len(KINDS)):
        some = [(point, mine[turn]) for point, mine in kinds.items() if turn < len(mine)]
        random.shuffle(some)
        places += some
    return places


def _reach(case, inbox, point):
    for attempt in range(TRIES):
        case.deliver(inbox, 3, 7)
        nth = 1 if attempt else case.random.choice((1, 1, 2))
        run = case.start("fetch", mailbox=inbox.id, point=point.name, nth=nth)
        if case.finish(run):
            return
    said = run.result or run.error
    raise Problem(f"«{point.name}» was not reached on a {inbox.kind} mailbox: {said}")


def at_random_moments(case, kills):
    """One or two runs on all the mailboxes at a time, killed anywhere between their first and last moment."""
    inboxes = [case.inbox(kind) for kind in KINDS]
    usual = 1.0
    target = kills - round(kills * NAMED_SHARE)
    while case.kills < target:
        for inbox in inboxes:
            case.deliver(inbox, 0, 4)
        children = [_any_run(case, inboxes) for _ in range(case.random.choice((1, 1, 2)))]
        begin = time.monotonic()
        for child in children:
            child.kill_after(case.random.uniform(0, usual))
        if not case.finish(*children):
            usual = max(0.2, 0.5 * usual + 0.6 * (time.monotonic() - begin))


def _any_run(case, inboxes):
    if case.random.random() < 0.5:
        return case.start("cron")
    return case.start("fetch", mailbox=case.random.choice(inboxes).id)
