from . import account_move_send_wizard, mail_compose_message, mail_diagnosis, mail_dry_run
from . import mail_account_apply, mail_account_sheet, mail_account_test
from . import mail_account_line, mail_account_wizard
from . import sent_folder
