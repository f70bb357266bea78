from . import google_gmail, microsoft_outlook
