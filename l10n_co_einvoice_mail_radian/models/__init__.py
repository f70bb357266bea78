from . import (
    account_move,
    dian_list_line,
    radian_account,
    radian_call,
    radian_check,
    radian_event,
    radian_holiday,
    radian_person,
    radian_send,
    received_document,
    res_company,
    res_config_settings,
)
