"""The test of all the accounts of a list, in the background: whoever started it may close the window."""

import psycopg2

from ...bulk import testing
from ...bulk.sheets import SERVER
from ...mailbox.errors import AddressRefused, ConnectionFailed, MailboxError, TlsFailed

# What is wrong with the server is wrong for all who have it: nobody else waits for it to not answer.
OF_THE_SERVER = (AddressRefused, ConnectionFailed, TlsFailed)


def run(Line):  # noqa: N803 - a model
    """Test what waits, as many at a time as a server bears; each result is committed as soon as it is there.

    :param Line: the model of the lines, as superuser
    :return: seconds that are left for this run of the scheduler
    """
    waiting = [("state", "=", "queued")]
    seconds = Line._commit(0)
    while seconds and (lines := Line.search(waiting, limit=testing.AT_ONCE)):
        seconds = _test(lines)
    return seconds


def _test(lines):
    """Test these accounts at once. Only the network's part runs in threads: the database has one.

    :return: seconds that are left for this run of the scheduler
    """
    present = lines._accounts()
    accounts = {}
    for line in lines:
        try:
            accounts[line.id] = line._diagnosed(present.get(line.user_id))
        except MailboxError as error:
            _note(line, testing.Verdict(error))
    seconds = lines._commit(len(lines) - len(accounts))  # no transaction waits for mail servers
    for line_id, verdict in testing.verdicts(accounts):
        line = lines.browse(line_id)
        judged = _alike(line) if isinstance(verdict.error, OF_THE_SERVER) else line
        try:
            _note(judged, verdict)
            seconds = lines._commit(len(judged))
        except psycopg2.OperationalError:
            # Who changes the line at this moment wins: it is tested again.
            lines.env.cr.rollback()
    return seconds


def _alike(line):
    """:return: a line with those of its list that wait for the same server"""
    same = [("wizard_id", "=", line.wizard_id.id), ("state", "=", "queued")]
    return line | line.search(same + [(name, "=", line[name]) for name in SERVER])


def _note(lines, verdict):
    """:param testing.Verdict verdict: what became of the test; dropped where a line was changed meanwhile"""
    lines.invalidate_recordset()
    lines = lines.exists().filtered(lambda line: line.state == "queued")
    if not verdict.error:
        lines.write({"state": "ready"})
        return
    data = {name: str(value) for name, value in verdict.error.data.items()}
    if verdict.proposal:
        data["works_port"] = verdict.proposal.port
        data["works_encryption"] = verdict.proposal.encryption.value
    failure = {"failure_code": verdict.error.code, "failure_data": data, "refusal": False}
    lines.write({"state": "failed", **failure})
