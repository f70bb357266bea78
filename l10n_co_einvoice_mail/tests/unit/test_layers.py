"""A folder of `models/` uses only those that are loaded before it, whichever way it names them."""

import ast
import re
import unittest
from pathlib import Path

ADDON = Path(__file__).parents[2]
MODELS = ADDON / "models"
#: In the order in which they are loaded.
FOLDERS = [
    name
    for name in re.findall(r"^from \. import (\w+)$", (MODELS / "__init__.py").read_text(), re.M)
    if (MODELS / name / "__init__.py").exists()
]
#: What still names a later folder. Nothing is to be added here.
BACK_EDGES = {
    ("accounts/mail_silence_mixin.py", "ledger"),
    ("ledger/received_document.py", "bills"),
}
#: Plain packages, and what each may import of the others.
PLAIN = {
    "vocabulary": set(),
    "dian": {"vocabulary"},
    "mailbox": {"vocabulary"},
    "booking": {"dian", "vocabulary"},
    "letter": {"vocabulary"},
    "bulk": {"mailbox", "vocabulary"},
}


def _sources(folder):
    return {path: ast.parse(path.read_text()) for path in sorted(folder.rglob("*.py"))}


def _imported(path, tree):
    """Yield the parts, seen from the addon, of what a file imports of the addon."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = path.relative_to(ADDON).parts[: -node.level]
            parts = (*base, *(node.module or "").split("."))
            yield from ((*filter(None, parts), name.name) for name in node.names)


def _named(tree):
    """:return: the models that a file names: `env["..."]`, comodels, `_inherit`"""
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {text for text in texts if re.fullmatch(r"l10n_co\.[a-z_.]+", str(text))}


def _defined(tree):
    """Yield the names of the models that a file defines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_name":
            yield ast.literal_eval(node.value)


def _imports_odoo(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            names = [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
        if any(name.split(".")[0] == "odoo" for name in names):
            return True
    return False


class TestLayers(unittest.TestCase):
    def test_folders_are_all_loaded(self):
        folders = {path.name for path in MODELS.iterdir() if (path / "__init__.py").exists()}
        self.assertEqual(folders, set(FOLDERS))

    def test_nothing_names_what_is_loaded_later(self):
        sources = {folder: _sources(MODELS / folder) for folder in FOLDERS}
        home = {}
        for folder, trees in sources.items():
            for tree in trees.values():
                for model in _defined(tree):
                    home.setdefault(model, folder)
        back = set()
        for folder, trees in sources.items():
            later = FOLDERS[FOLDERS.index(folder) + 1 :]
            for path, tree in trees.items():
                used = {home.get(model) for model in _named(tree)}
                used |= {part for _models, part in _parts(path, tree, "models")}
                place = path.relative_to(MODELS).as_posix()
                back |= {(place, other) for other in used.intersection(later)}
        self.assertLessEqual(back, BACK_EDGES)

    def test_plain_packages_import_what_they_may(self):
        for package, allowed in PLAIN.items():
            for path, tree in _sources(ADDON / package).items():
                used = {parts[0] for parts in _imported(path, tree) if parts}
                self.assertLessEqual(used & {*PLAIN, "models"}, {package, *allowed}, path)
                self.assertFalse(_imports_odoo(tree), path)


def _parts(path, tree, folder):
    return {parts[:2] for parts in _imported(path, tree) if parts[0] == folder and parts[1:]}
