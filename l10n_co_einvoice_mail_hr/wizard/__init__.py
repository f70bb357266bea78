from . import mail_account_wizard
