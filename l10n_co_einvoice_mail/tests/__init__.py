from . import test_bill_import
from . import test_bill_link
from . import test_bill_supplier
from . import test_bill_tax
from . import test_import_hooks
from . import test_translations
