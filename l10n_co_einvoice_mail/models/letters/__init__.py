from . import mail_text_mixin
from . import mail_frame_mixin
from . import res_company
from . import res_users
from . import mail_default
from . import mail_template
from . import account_move_send_wizard
