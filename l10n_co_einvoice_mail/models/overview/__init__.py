from . import todo
from . import home
from . import home_reasons
from . import company_setup
from . import account_journal
from . import res_partner
