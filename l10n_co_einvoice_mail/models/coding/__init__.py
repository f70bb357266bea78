from . import bill_rule
from . import confirmation
from . import confirmed_day
from . import account_move_line
from . import account_move
from . import account_move_confirming
from . import bill_import
