"""Edits of what speaks with mail servers."""

from .. import Edit

EDITS = (
    # A server of another domain, or of a network inside, is put into an account.
    Edit(
        "mailbox/discovery.py",
        "if is_within(way.endpoint.host, self.domain):",
        "if True:",
        "unit/test_discovery, test_mail_account",
    ),
    Edit(
        "mailbox/way.py",
        "return bool(_DOMAIN.match(host)) and not _INSIDE.search(host)",
        "return bool(_DOMAIN.match(host))",
        "unit/test_discovery",
    ),
    Edit(
        "mailbox/discovery.py",
        "return None if isinstance(future.exception(), AddressRefused) else bool(future.result())",
        "return False if future.exception() else bool(future.result())",
        "unit/test_discovery",
    ),
    Edit(
        "mailbox/description.py",
        "if root.getroottree().docinfo.doctype:",
        "if False:",
        "unit/test_discovery",
    ),
    Edit(
        "mailbox/names.py",
        "if left <= 0:",
        "if False:",
        "unit/test_discovery",
    ),
    Edit(
        "mailbox/imap_move.py",
        "if destination == self.inbox:",
        "if False:",
        "unit/test_imap_move",
    ),
    Edit(
        "mailbox/imap_move.py",
        "present = self._present_numbers(uids)\n                self._unproved -= set(uids) - present",
        "present = set()\n                self._unproved -= set(uids) - present",
        "unit/test_imap_move",
    ),
    Edit(
        "mailbox/imap_move.py",
        'elif set(self._client.search(["DELETED"])) <= self._marked:',
        "else:",
        "unit/test_imap_move",
    ),
    Edit(
        "mailbox/imap_move.py",
        'proved = _sources(untagged.pop("COPYUID", ()), uids)',
        "proved = set(uids)",
        "unit/test_imap_move",
    ),
    Edit(
        "mailbox/imap_move.py",
        "missing = sorted(identities.keys() - copied - accepted)",
        "missing = sorted(identities)",
        "unit/test_imap_move",
    ),
    Edit(
        "mailbox/imap_reading.py",
        "uids = sorted(uid for uid in found if uid > last)[:limit]",
        "uids = sorted(found)[:limit]",
        "unit/test_imap",
    ),
    Edit(
        "mailbox/imap_reading.py",
        '"BODY.PEEK[]", b"BODY[]")',
        '"BODY[]", b"BODY[]")',
        "unit/test_imap",
    ),
    Edit(
        "mailbox/imap_reading.py",
        'self._client.search(["SINCE", day])',
        'self._client.search(["ALL"])',
        "unit/test_imap",
    ),
    Edit(
        "mailbox/imap_session.py",
        "if self._uidvalidity and seen != self._uidvalidity:",
        "if False:",
        "unit/test_imap",
    ),
    Edit(
        "mailbox/imap_session.py",
        'if "LOGINDISABLED" in self.capabilities:',
        "if False:",
        "unit/test_imap",
    ),
    Edit("mailbox/imap_client.py", "if size > LITERAL_BYTES:", "if False:", "unit/test_imap"),
    Edit(
        "mailbox/pop.py",
        "client.quit()\n",
        "client.noop()\n",
        "unit/test_pop",
    ),
    Edit("mailbox/pop.py", "if arrived and arrived < day:", "if arrived:", "unit/test_pop"),
    Edit("mailbox/pop.py", "if old >= OLD_IN_A_ROW:", "if old:", "unit/test_pop"),
    Edit(
        "mailbox/pop.py",
        'uid = f"{name} {size}" if name in shared else name',
        "uid = name",
        "unit/test_pop",
    ),
    Edit(
        "mailbox/transport.py",
        r'''for character in "\r\n\0"''',
        r'''for character in "\r\n"''',
        "unit/test_transport",
    ),
    Edit(
        "mailbox/transport.py",
        "not all(is_public(str(sockaddr[0])) for *_rest, sockaddr in found)",
        "not any(is_public(str(sockaddr[0])) for *_rest, sockaddr in found)",
        "unit/test_transport",
    ),
    Edit(
        "mailbox/transport.py",
        "if not allow_internal and endpoint.port not in ports:",
        "if False:",
        "unit/test_transport",
    ),
    Edit(
        "mailbox/transport.py",
        "if not inside and ip not in GIVEN_OUT:",
        "if False:",
        "unit/test_transport",
    ),
    Edit(
        "mailbox/transport.py",
        "if not is_verified:",
        "if True:",
        "unit/test_transport",
    ),
    Edit(
        "mailbox/oauth.py",
        'answer.get("refresh_token") or refresh_token, expires_at',
        "refresh_token, expires_at",
        "test_mail_oauth",
    ),
    Edit(
        "mailbox/sent.py",
        "if mailbox.search_message_id(folder, message_id):",
        "if False:",
        "unit/test_sent",
    ),
)
