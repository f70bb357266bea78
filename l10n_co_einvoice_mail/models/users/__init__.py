from . import mail_sender_mixin
from . import default_series_mixin
from . import user_account_mixin
from . import user_preferences_mixin
from . import res_users
