from . import mail_backup
from . import intake
from . import filing
from . import reception
from . import reception_account_mixin
from . import mailbox_board_mixin
from . import fetchmail_server
from . import mail_dry_run
