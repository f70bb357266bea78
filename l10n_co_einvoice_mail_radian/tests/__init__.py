from . import (
    test_radian_account,
    test_radian_event,
    test_radian_fetch,
    test_radian_policy,
    test_radian_rights,
    test_radian_tour,
    test_translations,
)
