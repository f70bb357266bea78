from . import google_gmail, microsoft_outlook, received_mail
