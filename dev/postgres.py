"""The repository's own PostgreSQL cluster: socket in its data folder, loopback port, never run by root.

Commands that need it hold a shared lock while they work. The first starts the server, the last one stops it;
the kernel counts them, so a killed command leaves no wrong count behind.
"""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import accounts, locks, packages, paths
from .console import run
from .paths import Problem

ROLE = "odoo"
SUPERUSER = "cluster"
SOCKET_PATH_LIMIT = 107  # bytes of a unix socket's address, without the closing NUL
SETTINGS = """
# Durable on purpose: what a killed process leaves behind is part of what is tested.
fsync = on
synchronous_commit = on
max_connections = 200
shared_buffers = 256MB
max_wal_size = 2GB
# Soon after a database was made, so that stopping does not wait for its thousands of files to be synced.
checkpoint_timeout = 30s
jit = off
# Parallel workers need more shared memory than containers give.
max_parallel_workers_per_gather = 0
unix_socket_permissions = 0700
listen_addresses = '127.0.0.1'
"""


@dataclass(frozen=True)
class Server:
    """A running cluster: where clients find it."""

    host: str  # the socket's folder
    port: int
    binaries: Path

    @property
    def environment(self):
        """The variables with which libpq, and so Odoo and psql, connect."""
        return {"PGHOST": self.host, "PGPORT": str(self.port), "PGUSER": ROLE}


def data_folder():
    """The cluster's folder (its account owns it)."""
    return accounts.SERVED.resolve() / "postgres"


def exists():
    """Whether the cluster was made completely."""
    return (data_folder() / "complete").exists()


def create():
    """Make the cluster and its role; what an interrupted attempt left is thrown away."""
    account = accounts.service_account(data_folder())
    folder = accounts.served_folder(account) / "postgres"
    if folder.exists():
        stop(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    binaries = packages.postgres_bin()
    options = [
        "--auth-local=trust",
        "--auth-host=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
    ]
    initdb = [binaries / "initdb", "-D", folder, "-U", SUPERUSER, *options]
    run(accounts.as_account(account, initdb), cwd="/")
    with (folder / "postgresql.conf").open("a") as conf:
        conf.write(SETTINGS)
    server = start(folder)
    try:
        _create_role(server)
    finally:
        stop(folder)
    (folder / "complete").touch()


def _create_role(server):
    """The role that Odoo uses: it makes databases and is no superuser. Its password is for the loopback port."""
    password = secrets.token_urlsafe(16)
    statement = f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'"
    sql(server, statement, role=SUPERUSER)
    passfile = paths.LOCAL / "pgpass"
    passfile.touch(mode=0o600)
    passfile.write_text(f"127.0.0.1:*:*:{ROLE}:{password}\n")


@contextmanager
def opened():
    """The running server, while the block lasts; it goes when the last of the commands using it goes."""
    with locks.alone("postgres-door"):
        users = locks.shared("postgres-users")
        server = _running(data_folder()) or start(data_folder())
    try:
        yield server
    finally:
        with locks.alone("postgres-door"):
            if locks.take(users):
                stop(data_folder())
            users.close()


def sql(server, statement, database="postgres", role=ROLE):
    """Run one SQL statement; return the rows that psql prints."""
    options = ["-h", server.host, "-p", str(server.port), "-U", role, "-d", database]
    command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", *options, "-c", statement]
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode:
        raise Problem(f"PostgreSQL refused `{statement}`:\n{answer.stderr.strip()}")
    return answer.stdout.splitlines()


def _running(folder):
    """The server that runs on `folder`, as its postmaster.pid tells, if it answers."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        server = Server(lines[4], int(lines[3]), _binaries(folder))
    except (FileNotFoundError, IndexError):
        return None
    ready = [server.binaries / "pg_isready", "-q", "-d", "postgres"]
    variables = {**os.environ, **server.environment}
    return server if subprocess.run(ready, env=variables).returncode == 0 else None


def start(folder):
    """Start the cluster in `folder`; return its Server."""
    port = _free_port()
    host = _socket_folder(folder, port)
    options = f"-p {port} -k '{host}'"
    control(folder, "start", "-w", "-t", "60", "-l", folder / "log", "-o", options)
    return Server(str(host), port, _binaries(folder))


def stop(folder, mode="fast"):
    """Stop the cluster in `folder` if it runs; `mode` as pg_ctl knows it."""
    if not _running(folder):
        return
    host = Path((folder / "postmaster.pid").read_text().splitlines()[4])
    control(folder, "stop", "-w", "-m", mode)
    if host != folder:
        shutil.rmtree(host, ignore_errors=True)


def control(folder, action, *options):
    """Let pg_ctl do something with the cluster in `folder`."""
    command = [_binaries(folder) / "pg_ctl", action, "-D", folder, *options]
    run(accounts.as_account(accounts.service_account(folder), command), log="postgres", cwd="/")


def _binaries(folder):
    """The programs of the version that made the cluster: another one cannot read it."""
    major = int((folder / "PG_VERSION").read_text())
    binaries = packages.postgres_bin(major)
    if not binaries:
        raise Problem(
            f"The cluster in {folder} is of PostgreSQL {major}, which is no longer installed."
            " Install it again, or remove that folder with its databases."
        )
    return binaries


def _socket_folder(folder, port):
    """The data folder, which its account alone may enter; a short one where its path is too long."""
    if len(os.fsencode(folder / f".s.PGSQL.{port}.lock")) <= SOCKET_PATH_LIMIT:
        return folder
    runtime = None if accounts.is_root() else os.environ.get("XDG_RUNTIME_DIR")
    short = Path(tempfile.mkdtemp(prefix="l10n-co-", dir=runtime))
    if account := accounts.service_account(folder):
        os.chown(short, account.pw_uid, account.pw_gid)
    return short


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
