from . import (
    test_bill_import,
    test_bill_link,
    test_bill_supplier,
    test_bill_tax,
    test_hostile_mail,
    test_import_hooks,
    test_reception,
    test_reception_fairness,
    test_reception_pop,
    test_reception_samples,
    test_tours,
    test_translations,
)
