from . import bill_import, res_company, res_config_settings
