from . import ir_binary
from . import trusted_certificate
from . import document_source_mixin
from . import document_amounts_mixin
from . import document_answer_mixin
from . import received_mail
from . import received_document
