from . import mail_account_wizard, res_users
