"""Templates for documents that Odoo has none for: chosen in «Send message», they begin with their kind's text."""

from markupsafe import Markup

MODULE = "l10n_co_einvoice_mail"


def make(env, kinds):
    """Make those that are not there yet.

    :param kinds: `documents.Kind` of installed apps
    """
    for kind in kinds:
        if kind.own_template and not env.ref(kind.own_template, raise_if_not_found=False):
            _make(env(su=True), kind)


def _make(env, kind):
    report = kind.report and env.ref(kind.report, raise_if_not_found=False)
    template = env["mail.template"].create(
        {
            "name": env._(kind.label),
            "model_id": env["ir.model"]._get_id(kind.model),
            "subject": "{{ object.display_name }}",
            "body_html": Markup('<p><t t-out="object.display_name"/></p>'),
            "use_default_to": True,
            "report_template_ids": report.ids if report else [],
        }
    )
    for lang, _name in env["res.lang"].get_installed():
        in_language = template.with_context(lang=lang)
        in_language.name = in_language.env._(kind.label)
    _module, _dot, name = kind.own_template.partition(".")
    known = env["ir.model.data"].search([("module", "=", MODULE), ("name", "=", name)])
    known.unlink()  # of a template that somebody deleted
    env["ir.model.data"].create(
        {
            "module": MODULE,
            "name": name,
            "model": template._name,
            "res_id": template.id,
            "noupdate": True,
        }
    )
