from . import res_users
from . import res_users_saving
from . import res_users_page
