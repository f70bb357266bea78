"""`make mutate`: each edit of `edits/` is made in a copy of the repository, and its tests run.

An edit is caught when one of them turns red. K chooses edits by the words of their place and tests, JOBS is how many
are tried at once. Not zero when one survives, cannot be made, or has tests that are red without it.
"""

import itertools
import os
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from .. import choice, console, databases, postgres, processes
from ..console import say
from . import WITH_GUESTS, WITH_ODOO, Edit, NoEdit, edits
from .tree import Tree

JOBS = 2
PAUSE = 0.1  # seconds between two looks at what runs
TEMPLATES = {WITH_ODOO: databases.with_addon, WITH_GUESTS: databases.with_guests}


@dataclass
class Outcome:
    """What became of an edit: `caught` is None when it could not be tried."""

    edit: Edit
    caught: bool | None
    seconds: float
    remark: str = ""

    def __str__(self):
        word = {True: "caught", False: "SURVIVED", None: "NOT TRIED"}[self.caught]
        line = f"{word:<10}{self.seconds:5.0f} s  {self.edit.title}  [{self.edit.tests}]"
        return f"{line}\n    {self.remark}" if self.remark else line


def main():
    """Return 0 when every edit is caught."""
    processes.end_on_signals()
    chosen = os.environ.get("K", "")
    todo = [edit for edit in edits.ALL if choice.chooses(chosen, f"{edit.place} {edit.tests}")]
    begin = time.monotonic()
    of_kinds = {edit.kind: edit for edit in todo}
    with _trees(int(os.environ.get("JOBS") or JOBS), of_kinds) as trees:
        red = _red_without_edit(trees[0], todo)
        outcomes = _all_tried(trees, todo)
        # What trials leave in a tree's databases would turn all that follows red.
        for tree in trees:
            red += _red_without_edit(tree, of_kinds.values())
    caught = sum(outcome.caught is True for outcome in outcomes)
    survived = sum(outcome.caught is False for outcome in outcomes)
    for outcome in outcomes:
        if not outcome.caught:
            print(outcome)
    print(f"{time.monotonic() - begin:.0f} s", *red, sep="\n")
    print(f"{caught} caught, {survived} survived, {len(todo) - caught - survived} not tried")
    return 0 if todo and caught == len(todo) and not red else 1


@contextmanager
def _trees(number, kinds):
    """So many copies of the repository, each with databases of its own for these kinds of tests."""
    with ExitStack() as stack:
        server = stack.enter_context(postgres.opened())
        names = (f"test-{os.getpid()}-gw{index}" for index in itertools.count())
        templates = {kind: TEMPLATES[kind](server) for kind in kinds if kind in TEMPLATES}
        trees = []
        for _index in range(number):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mutate-"))
            copies = {kind: next(names) for kind in templates}
            for kind, name in copies.items():
                databases.copy(server, templates[kind], name)
                stack.callback(databases.drop, server, name)
            trees.append(Tree(folder, server, copies))
        yield trees


def _red_without_edit(tree, todo):
    """:return: what the tests of the edits say where no edit was made, when one of them fails"""
    red = []
    for kind in dict.fromkeys(edit.kind for edit in todo):
        some = [edit for edit in todo if edit.kind == kind]
        say(f"The tests {kind} of {len(some)} edits, without them ...")
        with tree.testing(some) as run:
            while run.goes_on:
                time.sleep(PAUSE)
            if not run.passed:
                red.append(f"Red without any edit:\n{run.output()}")
    return red


def _all_tried(trees, todo):
    """Try one edit after the other in each tree; say what becomes of each.

    :return: list of Outcome
    """
    waiting, outcomes, free = list(todo), [], list(trees)
    trials = []
    with ExitStack() as stack:
        while waiting or trials:
            while waiting and free:
                trials.append(stack.enter_context(Trial(waiting.pop(0), free.pop())))
            time.sleep(PAUSE)
            for trial in [trial for trial in trials if not trial.goes_on]:
                trials.remove(trial)
                trial.close()
                free.append(trial.tree)
                outcomes.append(trial.outcome)
                say(str(trial.outcome))
    return outcomes


class Trial:
    """An edit that is tried in a tree; a context manager, at whose end nothing of it is left."""

    def __init__(self, edit, tree):
        """Keep what is tried where."""
        self.edit, self.tree = edit, tree
        self.outcome = None
        self._begin = time.monotonic()
        self._stack = ExitStack()
        self._run = None

    def __enter__(self):
        try:
            self._stack.enter_context(self.tree.edited(self.edit))
            self._run = self._stack.enter_context(self.tree.testing([self.edit]))
        except NoEdit as reason:
            self._conclude(None, str(reason))
        return self

    def __exit__(self, *_exception):
        self._stack.close()

    @property
    def goes_on(self):
        """Whether its tests still run."""
        return self._run is not None and self._run.goes_on

    def close(self):
        """Find out what became of it, and undo it."""
        if self.outcome is None:
            try:
                self._conclude(not self._run.passed)
            except NoEdit as reason:
                self._conclude(None, str(reason))
        self._stack.close()

    def _conclude(self, caught, remark=""):
        self.outcome = Outcome(self.edit, caught, time.monotonic() - self._begin, remark)


if __name__ == "__main__":
    console.main(main)
