from . import ir_attachment
from . import evidence_mixin
from . import reason_mixin
from . import handled_mixin
from . import secret_guard_mixin
from . import secret_log
from . import notice_mixin
