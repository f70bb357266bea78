from . import mail_account_wizard, mail_sender_mixin
