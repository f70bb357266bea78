"""Bills that are created together, and what is therefore found out once."""

from ..shared.contexts import carried

#: Context key: a `Batch`.
TOGETHER = "l10n_co_created_together"


class Batch:
    """What Odoo finds out for each bill, and is the same for many that are created together."""

    def __init__(self, is_complete=False):
        """:param bool is_complete: the bills bring all their lines, what is owed among them"""
        self.is_complete = is_complete
        self._found = {}

    @classmethod
    def of(cls, env):
        """:return: the batch that is being created, None where none is"""
        return carried(env, TOGETHER, cls)

    @classmethod
    def of_complete(cls, env):
        """:return: the batch of complete bills that is being created, None where none is"""
        batch = cls.of(env)
        return batch if batch and batch.is_complete else None

    @classmethod
    def once(cls, env, key, find):
        """:return: what `find()` answered for this key first, where a batch is created; else now"""
        batch = cls.of(env)
        if not batch:
            return find()
        if key not in batch._found:
            batch._found[key] = find()
        return batch._found[key]
