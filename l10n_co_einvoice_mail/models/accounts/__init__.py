from . import mail_provider
from . import mail_oauth
from . import google_gmail_mixin
from . import microsoft_outlook_mixin
from . import mail_secret_mixin
from . import mail_health_mixin
from . import mail_silence_mixin
from . import mail_account_mixin
