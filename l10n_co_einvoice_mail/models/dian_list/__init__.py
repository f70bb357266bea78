from . import dian_list
from . import dian_list_line
from . import dian_list_upload
from . import dian_list_portion
from . import dian_list_ask
from . import received_document
from . import account_move
