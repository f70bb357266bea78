def uninstall_hook(env):
    """Jobs that nobody could do any more go, and the channels that providers were given; scheduled actions receive."""
    env["queue.job"].sudo().search(env["queue.job"]._l10n_co_domain()).unlink()
    env["queue.job.channel"]._l10n_co_of_providers().unlink()
