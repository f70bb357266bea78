from . import todo
from . import home
from . import company_setup
