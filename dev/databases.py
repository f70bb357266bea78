"""Databases made once and copied often.

`base-KEY` holds the modules that the addon depends on or works with, with demo data and the Spanish of Colombia;
`addon-KEY` is a copy of it with the repository's addons. A key changes with everything that the database was made
from. A database gets its name when it is complete: an interrupted one is called `NAME-making`, and made again.
"""

import ast
import os
import shutil
import tempfile
import time
from pathlib import Path

from . import declarations, environment, locks, odoo_source, paths, postgres
from .console import run, timed
from .paths import Problem

LANGUAGE = "es_CO"
# Apps that the addon does something for where they are installed, without depending on them.
OPTIONAL = ("account_debit_note", "hr", "purchase", "sale_management", "stock")
DROP_SECONDS = 20
FILESTORE = paths.ODOO_DATA / "filestore"
BUNDLES = (
    "web.assets_web",
    "web.assets_web_print",
    "web.assets_frontend",
    "web.assets_frontend_lazy",
    "web.assets_frontend_minimal",
    "web.assets_tests",
)
# What never gets into a database: left out of the addon's key.
NOT_INSTALLED = ("tests", "readme", "static/description", "static/guide", "static/tests")


def addon_key():
    """Changes with what the addons' installation reads: their files, and the Odoo they are installed in.

    An edit in a function's body is no reason to install again: the test processes load the code as it is.
    """
    parts = [
        path
        for addon in paths.INSTALLED
        for path in sorted(addon.rglob("*"))
        if _is_installed(path, addon)
    ]
    names = [str(path.relative_to(paths.REPOSITORY)) for path in parts]
    return paths.digest(odoo_source.find().key, *names, *map(_installed_part, parts))


def _installed_part(path):
    """What an installation takes from a file: of Python, its declarations and not the bodies of its functions."""
    return declarations.of(path.read_text()) if path.suffix == ".py" else path


def addon_template():
    """The name of the template database of the addon as it is now."""
    return f"addon-{addon_key()}"


def _is_installed(path, addon):
    name = path.relative_to(addon).as_posix()
    return path.is_file() and path.suffix != ".pyc" and not name.startswith(NOT_INSTALLED)


def exists(server, name):
    return bool(postgres.sql(server, f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def drop(server, name):
    """Remove a database with its files, if it is there."""
    for patience in range(DROP_SECONDS, -1, -1):
        try:
            postgres.sql(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            break
        except Problem:
            # Autovacuum is at work there, which only a superuser may end: it ends soon.
            if not patience:
                raise
            time.sleep(1)
    shutil.rmtree(FILESTORE / name, ignore_errors=True)


def copy(server, source, name):
    """Make `name` a copy of the database `source`. Odoo never changes a stored file: they are linked."""
    drop(server, name)
    if (FILESTORE / source).is_dir():
        shutil.copytree(FILESTORE / source, FILESTORE / name, copy_function=os.link)
    postgres.sql(server, f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


def rename(server, name, new_name):
    """Give a complete database its name."""
    shutil.rmtree(FILESTORE / new_name, ignore_errors=True)
    if (FILESTORE / name).is_dir():
        (FILESTORE / name).rename(FILESTORE / new_name)
    postgres.sql(server, f'ALTER DATABASE "{name}" RENAME TO "{new_name}"')


def with_addon(server):
    """The name of the template database with the addon as it is now; made if need be."""
    with locks.alone("databases", waiting_for="a database"):
        base = _template(server, "base", _base_key(), _make_base)
        return _template(
            server, "addon", addon_key(), lambda server, name: _add_addon(server, base, name)
        )


def with_guests(server):
    """The name of the template database that has, beside the addon, OCA's apps and the addon that meets them."""
    template = with_addon(server)
    with locks.alone("databases", waiting_for="a database"):
        return _template(
            server,
            "guests",
            paths.digest(addon_key(), *map(_installed_part, _guest_files())),
            lambda server, name: _add_guests(server, template, name),
        )


def _guest_files():
    yield paths.FOREIGN_REQUIREMENTS
    for addon in paths.GUESTS:
        yield from (path for path in sorted(addon.rglob("*")) if _is_installed(path, addon))


def _add_guests(server, template, name):
    with timed("Database with OCA's apps"):
        copy(server, template, name)
        # Our addon installs itself.
        variables = environment.with_guests(server)
        install(server, name, "-i", "queue_job,fs_attachment", variables=variables)
        check_installed(server, name, paths.GUESTS)


def without_addon(server):
    """The name of the template database with what the addon depends on: stock Odoo."""
    with locks.alone("databases", waiting_for="a database"):
        return _template(server, "base", _base_key(), _make_base)


def install(server, name, *options, variables=None, log="odoo-install"):
    """Run Odoo once on the database `name`, to install or update modules; Problem when it fails.

    :param dict variables: the environment of another Odoo than this repository's
    """
    command = environment.odoo(
        "-d", name, *options, "--stop-after-init", "--no-http", "--log-level=warn"
    )
    run(command, log=log, env=variables or environment.of(server))


def in_shell(server, name, function, *arguments, variables=None, log="odoo-shell"):
    """Call a function of dev/ with Odoo's `env` of the database `name`, and arguments that `repr` can write.

    :param dict variables: the environment of another Odoo than this repository's
    """
    variables = dict(variables or environment.of(server))
    variables["PYTHONPATH"] += os.pathsep + str(paths.REPOSITORY)
    code = f"import {function.__module__} as m; m.{function.__name__}(env, *{arguments!r})\n"
    with tempfile.TemporaryFile() as script:
        script.write(code.encode())
        script.seek(0)
        command = environment.odoo("shell", "-d", name, "--no-http", "--log-level=warn")
        run(command, log=log, env=variables, stdin=script)


def _base_key():
    return paths.digest(odoo_source.find().key, "stock", LANGUAGE, *BUNDLES, *_dependencies())


def _dependencies():
    manifest = ast.literal_eval(Path(paths.ADDON, "__manifest__.py").read_text())
    return [*manifest["depends"], *OPTIONAL]


def _make_base(server, name):
    with timed("Database with the modules that the addon depends on"):
        modules = ",".join(_dependencies())
        # Without the repository's addons on its way: it is a stock Odoo, which has never heard of them.
        stock = ",".join(map(str, odoo_source.find().addons))
        options = ("--with-demo", f"--load-language={LANGUAGE}", f"--addons-path={stock}")
        install(server, name, "-i", modules, *options)
        in_shell(server, name, bundle_assets)


def bundle_assets(env):
    """Make what the first page of each copy of the database would otherwise take 20 seconds to make."""
    for bundle in BUNDLES:
        files = env["ir.qweb"]._get_asset_bundle(bundle, css=True, js=True)
        files.css()
        files.js()
    env.cr.commit()


def _add_addon(server, base, name):
    with timed("Database with the addon"):
        copy(server, base, name)
        # Those that come by themselves, and those that are installed by choice.
        install(server, name, "-i", ",".join(addon.name for addon in paths.INSTALLED))
        check_installed(server, name)


def update(server, name):
    """Bring a database with the addon up to its present code, with the addons that came since."""
    names = ",".join(addon.name for addon in paths.INSTALLED)
    install(server, name, "-i", names, "-u", names)
    check_installed(server, name)


def check_installed(server, name, expected=paths.INSTALLED):
    """Odoo only warns of a module that it could not install."""
    query = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    installed = set(postgres.sql(server, query, database=name))
    if missing := {addon.name for addon in expected} - installed:
        raise Problem(
            f"Odoo did not install {', '.join(sorted(missing))}."
            f" See {paths.LOGS / 'odoo-install.log'}."
        )


def _template(server, kind, key, make):
    name = f"{kind}-{key}"
    if not exists(server, name):
        for old in postgres.sql(
            server, f"SELECT datname FROM pg_database WHERE datname LIKE '{kind}-%'"
        ):
            drop(server, old)
        making = f"{name}-making"
        make(server, making)
        # Nobody connects to it any more, not even the crons of an Odoo that serves all databases.
        postgres.sql(server, f'ALTER DATABASE "{making}" WITH ALLOW_CONNECTIONS false')
        rename(server, making, name)
    return name
