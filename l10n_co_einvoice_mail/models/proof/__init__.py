from . import res_company
from . import received_mail
from . import received_document
from . import proof_pack
from . import proof_disposal
