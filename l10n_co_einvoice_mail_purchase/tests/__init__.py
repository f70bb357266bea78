from . import test_purchase_orders, test_translations
