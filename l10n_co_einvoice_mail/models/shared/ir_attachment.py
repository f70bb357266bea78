import hashlib
import shutil
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from odoo import api, models

from .contexts import carried
from .filetypes import TEXT

# Context key: files are put into the filestore whole or not at all; True, or the `Files` that wait for it.
WHOLE_FILES = "l10n_co_whole_files"
# Files that are put there at the same time.
SIDE_BY_SIDE = 4
# The column of a file's size holds no more; files of 2 GiB and more are smaller by what it says.
MOST_BYTES = 2**31 - 1


class LargeFile:
    """Content of an attachment that is created: a file on disk that becomes one of the filestore's, and is never in
    memory.

    :ivar path: Path; on the same disk as the filestore it is moved, else copied
    """

    def __init__(self, path):
        self.path = path


class Files:
    """Files of attachments that are created together, put into the filestore several at a time: each takes some calls
    of the disk, which on another machine's are round trips.
    """

    def __init__(self):
        self._waiting = []

    def add(self, content, mark, path):
        """Keep what `_place` takes until all are placed: until then nobody can read them."""
        self._waiting.append((content, mark, path))

    def place(self):
        """Put all of them where they belong, before the transaction of their attachments is committed.

        :raise OSError: one could not be written
        """
        waiting, self._waiting = self._waiting, []
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            # Whatever fails in a thread is raised here.
            list(pool.map(_place_all, (waiting[n::SIDE_BY_SIDE] for n in range(SIDE_BY_SIDE))))


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _l10n_co_create_from(self, path, **values):
        """:param Path path: of a file, which is gone then
        :param values: of the attachment, with its `mimetype`
        :return: the attachment; where files are stored elsewhere than in a filestore, its content goes through memory
        """
        content = LargeFile(path) if self._storage() == "file" else path.read_bytes()
        return self.create({**values, "raw": content})

    def _get_datas_related_values(self, data, mimetype):
        # EXTENDS base
        if not isinstance(data, LargeFile):
            return super()._get_datas_related_values(data, mimetype)
        with data.path.open("rb") as file:
            checksum = hashlib.file_digest(file, "sha1").hexdigest()
        return {
            "file_size": min(data.path.stat().st_size, MOST_BYTES),
            "checksum": checksum,
            "index_content": False,
            "store_fname": f"{checksum[:2]}/{checksum}",
            "db_datas": False,
        }

    @api.model
    def _same_content(self, bin_data, filepath):
        # EXTENDS base, which writes in place: a process that is killed meanwhile leaves a torn file, and whoever stores
        # the same content later, as a mail that is received again does, would be told that it collides with another
        return super()._same_content(bin_data, filepath) or (
            self._l10n_co_wants_whole_files() and _is_torn(Path(filepath), bin_data)
        )

    @api.model
    def _file_write(self, bin_value, checksum):
        # EXTENDS base
        if isinstance(bin_value, LargeFile):
            return self._l10n_co_move_in(bin_value.path, f"{checksum[:2]}/{checksum}")
        if self._l10n_co_wants_whole_files():
            name, path = self._get_path(bin_value, checksum)
            path = Path(path)
            if not path.exists() or _is_torn(path, bin_value):
                file = bin_value, Path(self._full_path("checklist"), name), path
                files = carried(self.env, WHOLE_FILES, Files)
                files.add(*file) if files else _place(*file)
                return name
        return super()._file_write(bin_value, checksum)

    def _index(self, bin_data, file_type, checksum=None):
        # EXTENDS base: the text of each XML a second time, in the database, where nobody looks for it
        if file_type == TEXT and self.env.context.get(WHOLE_FILES):
            return None
        return super()._index(bin_data, file_type, checksum)

    def _l10n_co_wants_whole_files(self):
        return bool(self.env.context.get(WHOLE_FILES)) and self._storage() == "file"

    def _l10n_co_move_in(self, path, name):
        """:return: `name`, under which a file lies in the filestore now"""
        self._mark_for_gc(name)
        target = Path(self._full_path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
        return name


def _place(content, mark, path):
    """Put a file into the filestore in one step, also in the place of a torn one.

    :param bytes content: of the file
    :param Path mark: by which Odoo's cleaning knows it, and deletes it where no attachment has it
    :param Path path: of the file
    """
    mark.parent.mkdir(parents=True, exist_ok=True)
    # Beside the mark: that cleaning deletes what a kill leaves there.
    draft = mark.with_name(f"{mark.name}-{uuid.uuid4().hex}")
    draft.write_bytes(content)
    try:
        # A second name of the file is its mark: one more file would cost ten times as much.
        mark.hardlink_to(draft)
    except OSError:  # marked already, or a disk whose files have one name
        mark.touch()
    draft.replace(path)


def _place_all(files):
    for file in files:
        _place(*file)


def _is_torn(path, content):
    """:return: whether the file at `path` is the beginning of `content`, and no more"""
    return path.stat().st_size < len(content) and content.startswith(path.read_bytes())
