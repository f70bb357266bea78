from . import trusted_certificate
from . import received_document
