from . import mail_diagnosis, mail_dry_run
