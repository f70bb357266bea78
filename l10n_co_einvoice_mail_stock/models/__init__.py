from . import res_users, stock_picking
