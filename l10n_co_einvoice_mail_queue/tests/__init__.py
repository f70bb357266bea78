from . import test_queue_jobs, test_translations
