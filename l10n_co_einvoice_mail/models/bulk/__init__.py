from . import mail_account_wizard_line
from . import mail_account_wizard
