"""Locks between commands of one repository. The kernel lets go of them however a command ends."""

import fcntl
from contextlib import contextmanager

from . import paths
from .console import say


@contextmanager
def alone(name, waiting_for=None):
    """Hold the lock `name` alone; where that can take long, say what we are `waiting_for`."""
    with _file(name) as lock:
        if not take(lock):
            if waiting_for:
                say(f"Waiting for {waiting_for} of another command ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def shared(name):
    """Join the holders of the lock `name`; the file returned leaves them when it is closed."""
    lock = _file(name)
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def take(lock):
    """Take the lock on an open file alone, if nobody else holds it: True when it is ours."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def try_alone(name):
    """The open lock file when nobody else holds `name` (kept until closed), else None."""
    lock = _file(name)
    if take(lock):
        return lock
    lock.close()
    return None


def _file(name):
    return (paths.LOCKS / name).open("a")
