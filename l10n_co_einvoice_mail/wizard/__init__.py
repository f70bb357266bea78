from . import mail_compose_message, mail_diagnosis, mail_dry_run
