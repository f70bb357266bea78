"""The folders of `models/` build on each other in one direction, and nothing is abstract without a reason."""

import ast
import unittest
from collections import defaultdict
from pathlib import Path

MODELS = Path(__file__).parents[2] / "models"
# As they are loaded: a folder uses those before it.
ORDER = (
    "shared",
    "accounts",
    "ledger",
    "authorities",
    "reception",
    "letters",
    "emission",
    "users",
    "bulk",
    "answers",
    "bills",
    "coding",
    "dian_list",
    "proof",
    "overview",
)
PREFIX = "l10n_co."
# Abstract models with one user or none, and why they are models.
ABSTRACT = {
    "l10n_co.bill.import": "the way by which others make a bill of a document of theirs",
    "l10n_co.emission": "others choose the sending account of their documents",
    "l10n_co.home": "the browser calls it",
    "l10n_co.notice.mixin": "the access to DIAN's service is another addon's",
}


class Class:
    """A class of a model, as its source declares it."""

    def __init__(self, file, node):
        self.folder = file.parent.name
        self.is_abstract = any(_last(base) == "AbstractModel" for base in node.bases)
        declared = {
            statement.targets[0].id: _strings(statement.value)
            for statement in node.body
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
        }
        self.inherits = declared.get("_inherit", ())
        self.name = next(iter(declared.get("_name", ()) or self.inherits), None)
        self.is_new = bool(self.name) and self.name not in self.inherits


def _last(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _strings(node):
    parts = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]
    return tuple(part.value for part in parts if isinstance(part, ast.Constant))


def files():
    """:return: list of (Path, parsed module) of the folders of `models/`"""
    return [(file, ast.parse(file.read_text())) for file in sorted(MODELS.glob("*/*.py"))]


def classes():
    """:return: list of Class of every model"""
    return [
        Class(file, node)
        for file, module in files()
        for node in module.body
        if isinstance(node, ast.ClassDef)
    ]


def named_models(module):
    """Models of ours by name: `env[...]`, comodels, `_inherit`, actions."""
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and str(node.value).startswith(PREFIX):
            yield node.value


def imported_folders(module):
    """`from ..folder...`, and the same from inside a function."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.level == 2:
            if node.module:
                yield node.module.partition(".")[0]
            else:
                yield from (alias.name for alias in node.names)


class TestOrder(unittest.TestCase):
    def test_folders_are_those_of_the_order(self):
        folders = {file.name for file in MODELS.iterdir() if (file / "__init__.py").exists()}
        self.assertEqual(folders, set(ORDER))
        loaded = [
            alias.name
            for node in ast.parse((MODELS / "__init__.py").read_text()).body
            for alias in node.names
        ]
        self.assertEqual([name for name in loaded if name in ORDER], list(ORDER))

    def test_no_folder_uses_a_later_one(self):
        home = {known.name: known.folder for known in classes() if known.is_new}
        later = set()
        for file, module in files():
            used = {(name, home.get(name)) for name in named_models(module)}
            used |= {(folder, folder) for folder in imported_folders(module)}
            place = ORDER.index(file.parent.name)
            later |= {
                (file.parent.name, name)
                for name, folder in used
                if folder in ORDER and ORDER.index(folder) > place
            }
        self.assertEqual(later, set(), "An earlier folder names a later one.")


class TestAbstract(unittest.TestCase):
    def test_what_is_abstract_has_several_users_or_a_reason(self):
        users = defaultdict(set)
        for known in classes():
            for name in known.inherits:
                if name != known.name:
                    users[name].add(known.name)
        few = {
            known.name
            for known in classes()
            if known.is_abstract and known.is_new and len(users[known.name]) < 2
        }
        self.assertEqual(few - ABSTRACT.keys(), set(), "One user: it belongs into its class.")
        self.assertEqual(ABSTRACT.keys() - few, set(), "It has several users: no reason is needed.")


if __name__ == "__main__":
    unittest.main()
