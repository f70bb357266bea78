"""What a Python file declares: fields, constants, signatures; all but the bodies of its functions."""

import ast

# What runs while a module is installed counts with its body.
RUN_AT_INSTALLATION = {"init", "_auto_init", "migrate", "post_init_hook", "pre_init_hook"}


def of(source):
    """:return: text that changes with what `source` declares, whatever its functions do, comments and layout"""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if _is_function(node) and node.name not in RUN_AT_INSTALLATION:
            node.body = []
        elif isinstance(node, (ast.Module, ast.ClassDef)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)


def _is_function(node):
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
