"""The demo's DIAN on loopback: it has what the demo's suppliers invoiced, and takes the company's events about it.

What it has and what it took stays in `.local/served/dian` between runs.
"""

import base64
import pickle
import shutil
import ssl
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from . import accounts, bare

bare.register_bare_addons()

from l10n_co_einvoice_mail.dian import reader  # noqa: E402 - needs the bare packages
from l10n_co_einvoice_mail.dian.archive import File  # noqa: E402
from l10n_co_einvoice_mail.dian.document import Document, parse_document  # noqa: E402
from l10n_co_einvoice_mail.mailbox.message import parse_message  # noqa: E402
from l10n_co_einvoice_mail.tests.tools import builder, certificates, samples  # noqa: E402
from l10n_co_einvoice_mail_radian.tests.tools.fake_dian import FakeDian  # noqa: E402

FOLDER = accounts.SERVED / "dian"
PIN, PASSWORD = "12345", "demo"
#: DIAN does not find this supplier's invoices, so that it refuses events about them.
NOT_THERE = samples.CARRIER.nit
SOFTWARE = "00000000-0000-4000-8000-000000000001"


class DemoDian(FakeDian):
    """Keeps what it has and took in a folder, and tells programs to trust it."""

    def __init__(self, folder):
        super().__init__(folder, PIN)
        self.kept = folder / "books"
        self.trusted = folder / "trusted.pem"
        self._write_trusted(folder)
        if self.kept.is_file():
            self.books = pickle.loads(self.kept.read_bytes())  # noqa: S301 - written by this program

    def __exit__(self, *exception):
        super().__exit__(*exception)
        self.kept.write_bytes(pickle.dumps(self.books))

    @property
    def variables(self):
        """The environment of a program that trusts it, and whatever this machine trusts."""
        return {"SSL_CERT_FILE": str(self.trusted)}

    def _write_trusted(self, folder):
        machine = ssl.get_default_verify_paths().cafile
        parts = [Path(machine).read_bytes()] if machine else []
        self.trusted.write_bytes(b"\n".join([*parts, (folder / "certificate.pem").read_bytes()]))


@contextmanager
def running(folder=FOLDER):
    """The service, while the block lasts; it goes on where it ended last time.

    :param folder: where it keeps that; None for a place that goes with the block
    """
    with ExitStack() as stack:
        folder = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        yield stack.enter_context(DemoDian(folder))


def clear():
    """Throw all that it has away. It does not run."""
    shutil.rmtree(FOLDER, ignore_errors=True)


def stock(dian, mails, nit, name):
    """Let it have what the mails brought, and something of a supplier that they did not.

    :param mails: raw bytes of each
    :param nit, name: of the company
    :return: dict of what `demo` has to know: the company's access, and what never came, in the words of DIAN's list
    """
    for raw in mails:
        files = [File(found.name, found.content) for found in parse_message(raw).attachments]
        for item in reader.read(files).edocuments:
            if isinstance(item.document, Document) and item.document.issuer.id_number != NOT_THERE:
                dian.books.documents[item.code] = (item.xml, *(a.xml for a in item.answers[:1]))
    packages = samples.never_came(nit, name)
    for package in packages.values():
        dian.know(package)
    _tell_elsewhere(dian, packages["fetched"].facts)
    return {
        "address": dian.address,
        "pfx": _certificate(nit, name),
        "password": PASSWORD,
        "pin": PIN,
        "software": SOFTWARE,
        "not_there": NOT_THERE,
        "never_came": {what: _listed(package.facts) for what, package in packages.items()},
    }


def _tell_elsewhere(dian, facts):
    """Somebody sent the invoice's receipt at the portal."""
    dian.books._keep(parse_document(builder.Package(builder.event("030", facts)).document))


def _certificate(nit, name):
    """:return: base64 text of a PFX file with the company's certificate and key"""
    signer = certificates.leaf(f"{nit}{builder.check_digit(nit)}", name)
    encryption = serialization.BestAvailableEncryption(PASSWORD.encode())
    content = pkcs12.serialize_key_and_certificates(
        b"demo", signer.key, signer.certificate, None, encryption
    )
    return base64.b64encode(content).decode()


def _listed(facts):
    kinds = {"01": "Factura electrónica", "91": "Nota de crédito electrónica"}
    year, month, day = facts.issue_date.split("-")
    return {
        "Tipo de documento": kinds[facts.type_code],
        "CUFE/CUDE": facts.cufe,
        "Folio": facts.number,
        "Prefijo": "",
        "Forma de Pago": facts.payment_form,
        "Fecha Emisión": f"{day}-{month}-{year}",
        "NIT Emisor": facts.supplier.nit,
        "Nombre Emisor": facts.supplier.name,
        "IVA": str(sum(tax.amount for tax in facts.taxes)),
        "Total": facts.monetary_total["PayableAmount"],
    }
