from . import written_mixin
from . import received_document
from . import received_mail
from . import res_company
from . import letter
from . import answer_rule
