from . import mail_account_apply
from . import mail_account_sheet
from . import mail_account_test
from . import mail_account_line
from . import mail_account_wizard
