from . import fetchmail_server, queue_job, queue_job_channel, res_config_settings
