from . import dian_list
from . import dian_list_line
from . import dian_list_upload
from . import dian_list_ask
from . import received_document
