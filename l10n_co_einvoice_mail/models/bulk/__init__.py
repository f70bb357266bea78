from . import ir_mail_server
from . import res_users
from . import mail_account_wizard_line
from . import mail_account_wizard_line_state
from . import mail_account_wizard
from . import mail_account_wizard_proposals
from . import mail_account_wizard_sheet
from . import mail_account_wizard_apply
