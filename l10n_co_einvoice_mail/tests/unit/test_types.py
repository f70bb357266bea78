"""What is public in the plain packages says what it takes and gives."""

import ast
import unittest
from pathlib import Path

ADDON = Path(__file__).parents[2]
PACKAGES = ("booking", "bulk", "coding", "dian", "letter", "mailbox", "vocabulary")


def _public(node, owner=""):
    """Yield (name, FunctionDef) of the public functions and methods of a module or of a public class."""
    for child in node.body:
        if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
            yield from _public(child, f"{owner}{child.name}.")
        elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) and child.name[0] != "_":
            yield f"{owner}{child.name}", child


def _is_typed(function):
    every = function.args
    named = [*every.posonlyargs, *every.args, *every.kwonlyargs, every.vararg, every.kwarg]
    given = [argument for argument in named if argument and argument.arg not in ("self", "cls")]
    return function.returns is not None and all(argument.annotation for argument in given)


class TestTypes(unittest.TestCase):
    def test_public_functions_are_typed(self):
        for package in PACKAGES:
            for path in sorted((ADDON / package).rglob("*.py")):
                functions = _public(ast.parse(path.read_text()))
                untyped = [name for name, function in functions if not _is_typed(function)]
                with self.subTest(f"{package}/{path.name}"):
                    self.assertEqual(untyped, [])
