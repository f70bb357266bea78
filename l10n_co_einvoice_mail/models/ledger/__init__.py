from . import ir_binary
from . import trusted_certificate
from . import known_signer
from . import received_mail
from . import received_document
from . import received_copy
