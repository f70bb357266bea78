"""How an account is made at each provider: out of the presets that the screens propose from."""

import sys
from dataclasses import dataclass
from html import escape

from lxml import etree

from .. import odoo_source, paths
from . import table

PROTOCOLS = {"imap": "IMAP", "pop": "POP3", "smtp": "SMTP"}
ENCRYPTIONS = {
    "ssl_strict": "SSL/TLS",
    "ssl": "SSL/TLS",
    "starttls_strict": "STARTTLS",
    "starttls": "STARTTLS",
}
HEADS = {
    "es": ("Protocolo", "Servidor", "Puerto", "Cifrado"),
    "en": ("Protocol", "Server", "Port", "Encryption"),
}
SAME = {"es": "Los mismos pasos que en", "en": "The same steps as for"}
CHECKED = {"es": "Valores comprobados el", "en": "Values checked on"}


@dataclass(frozen=True)
class Provider:
    """A record of the data files; texts in English."""

    code: str
    fields: dict
    steps: str  # HTML

    @property
    def sequence(self):
        return int(self.fields.get("sequence", 50))


def read():
    """:return: list of Provider, in the order in which the screens list them"""
    records = [
        record
        for file in sorted((paths.ADDON / "data").glob("mail_provider_*.xml"))
        for record in etree.parse(file).iter("record")
    ]
    return sorted(map(_provider, records), key=lambda p: (p.sequence, p.fields["name"]))


def _provider(record):
    fields = {field.get("name"): field.get("eval") or field.text or "" for field in record}
    [steps] = record.xpath("field[@name='help_html']") or [None]
    inner = (
        "".join(etree.tostring(child, encoding="unicode") for child in steps)
        if steps is not None
        else ""
    )
    return Provider(fields["code"], {k: v.strip() for k, v in fields.items()}, inner.strip())


def sections(language, translate):
    """:return: HTML of all the providers: name, what has to be known first, steps, servers"""
    sys.path.append(str(odoo_source.find().python_path))
    from odoo.tools.translate import html_translate

    first = {}  # steps: the provider under which they are told, once
    told = []
    for provider in read():
        first.setdefault(provider.steps, provider)
        steps = html_translate(translate, provider.steps)
        if first[provider.steps] is not provider:
            steps = provider.steps and _same(first[provider.steps], language, translate)
        told.append(_section(provider, steps, language, translate))
    return "\n".join(told)


def _same(provider, language, translate):
    name = escape(translate(provider.fields["name"]))
    return f'<p>{SAME[language]} <a href="#provider-{provider.code}">{name}</a>.</p>'


def _section(provider, steps, language, translate):
    fields = provider.fields
    parts = [f'<h3 id="provider-{provider.code}">{escape(translate(fields["name"]))}</h3>']
    if notice := fields.get("notice"):
        parts.append(f'<p class="notice">{escape(translate(notice), quote=False)}</p>')
    if steps:
        parts.append(steps)
    rows = [_server(protocol, fields) for protocol in PROTOCOLS if fields.get(f"{protocol}_host")]
    if rows:
        parts.append(table.html([HEADS[language], *rows]))
    if day := fields.get("checked_on"):
        parts.append(f"<p><small>{CHECKED[language]} {day}.</small></p>")
    return "\n".join(parts)


def _server(protocol, fields):
    encryption = ENCRYPTIONS.get(fields.get(f"{protocol}_encryption"), "")
    host, port = fields[f"{protocol}_host"], fields[f"{protocol}_port"]
    return [PROTOCOLS[protocol], f"<code>{escape(host)}</code>", port, encryption]
