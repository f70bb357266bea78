from . import todo
from . import home
