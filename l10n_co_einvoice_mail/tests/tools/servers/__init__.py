"""Mail servers that misbehave, each with a name: as they were seen, and as they may be.

`pop.SERVERS` and `imap.SERVERS` hold {name: function of the mails} that returns a server to be entered. Mail 2 is the
one that something is wrong with; whatever the server does there, the others have to arrive once.
"""
