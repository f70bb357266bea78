from . import mail_sender_mixin
