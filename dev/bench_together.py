"""What a second process adds: the same mails through one process, and through two at once."""

import concurrent.futures
import itertools
import json
import statistics

from . import databases, measure, paths
from .console import timed

ROUNDS, MAILS = 3, 600
PROCESSES = 2
ROWS = (
    ("Complete bills, one process: mails a second", "alone_per_second", ""),
    (f"  {PROCESSES} processes at once, against one", "together_ratio", "at least 1.8"),
)  # fmt: skip


def measure_together(bench):
    """:return: dict of the figures

    :param bench: `dev.bench.Bench`, whose databases are prepared
    """
    rounds = []
    for number in range(1, ROUNDS + 1):
        with timed(f"Round {number} of {ROUNDS}: {MAILS} mails, by 1 process and by {PROCESSES}"):
            rounds.append([_rate(bench, processes) for processes in (1, PROCESSES)])
    return {
        "alone_per_second": round(statistics.median(alone for alone, _together in rounds), 1),
        "together_ratio": round(statistics.median(b / a for a, b in rounds), 2),
    }


def _rate(bench, processes):
    """:return: mails a second of `processes` that share them, from the first one's start to the last one's end"""
    from . import bench as benchmark

    pairs = [(f"antes{n}@demo.co", f"buzon{n}@demo.co") for n in range(processes)]
    accounts = dict.fromkeys(itertools.chain(*pairs), measure.PASSWORD)
    with bench.bed(accounts) as bed:
        for warming, user in pairs:
            for raw in bench._mails(benchmark.WARMING_MAILS):
                bed.deliver(warming, raw)
            for raw in bench._mails(MAILS // processes):
                bed.deliver(user, raw)
        with concurrent.futures.ThreadPoolExecutor(processes) as pool:
            runs = list(pool.map(lambda users: _run(bench, users, bed.imaps), pairs))
    began = min(run["ended"] - run["seconds"] for run in runs)
    return sum(run["count"] for run in runs) / (max(run["ended"] for run in runs) - began)


def _run(bench, users, port):
    from . import bench as benchmark

    answer = paths.LOCAL / f"bench-{users[-1]}.json"
    name = benchmark.DATABASES["addon"]
    databases.in_shell(
        bench.server, name, measure.receive, str(answer), port, "draft", users, log=users[-1]
    )
    try:
        return json.loads(answer.read_text())
    finally:
        answer.unlink()
