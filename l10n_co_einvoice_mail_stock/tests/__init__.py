from . import test_picking_type, test_translations
