from . import account_move_send_wizard, mail_compose_message, mail_diagnosis, mail_dry_run
