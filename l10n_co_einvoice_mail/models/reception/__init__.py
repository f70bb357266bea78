from . import received_mail
from . import fetchmail_server
from . import fetchmail_server_protocol
from . import fetchmail_server_run
from . import mail_dry_run
