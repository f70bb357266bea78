from .models import secret


def uninstall_hook(env):
    """Without this module nobody could decrypt the passwords of core's servers: they are stored as core stores them."""
    secret.restore(env, lambda clear: clear)
