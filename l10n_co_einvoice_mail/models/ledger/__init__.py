from . import ir_binary
from . import trusted_certificate
from . import received_mail
from . import received_document
