from . import mail_diagnosis
