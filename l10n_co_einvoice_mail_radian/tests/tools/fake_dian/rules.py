"""What DIAN has, and its rules of events; written from the annex's table, not from the addon's."""

import base64
import datetime
import hashlib
import io
import zipfile

from lxml import etree
from odoo.addons.l10n_co_einvoice_mail.dian.document import parse_document
from odoo.addons.l10n_co_einvoice_mail.dian.nit import same_nit
from odoo.addons.l10n_co_einvoice_mail.dian.signature import Integrity, verify
from odoo.addons.l10n_co_einvoice_mail.tests.tools import certificates

from . import wording

STS = "{dian:gov:co:facturaelectronica:Structures-2-1}"
#: (event, event that has to be there): rule
WANTED = {
    ("032", "030"): "LGC09",
    ("031", "032"): "LGC03",
    ("033", "030"): "LGC13",
    ("033", "032"): "LGC12",
}
#: (event, event that may not be there): rule
UNWANTED = {
    ("031", "033"): "LGC02",
    ("031", "034"): "LGC02",
    ("033", "031"): "LGC04",
    ("033", "034"): "LGC07",
}
WORDS = {
    "LGC02": "No se puede generar el reclamo: la factura ya fue aceptada",
    "LGC03": "No se encontró el recibo del bien o prestación del servicio",
    "LGC04": "No se puede aceptar una factura que fue reclamada",
    "LGC07": "La factura ya tiene aceptación tácita",
    "LGC09": "No se encontró el acuse de recibo",
    "LGC12": "No se encontró el recibo del bien o prestación del servicio",
    "LGC13": "No se encontró el acuse de recibo",
    "LGC62": "La factura debe ser a crédito",
    "LGC99": "Evento registrado previamente",
    "AAB27b": "SoftwareSecurityCode no corresponde",
    "AAD06": "Valor del CUDE no está calculado correctamente",
    "AAD09e": "La fecha de generación no es la fecha de firma",
    "AAF01a": "El emisor no puede generar este evento",
    "AAH05": "No se encontró la factura",
    "AAH06": "No coincide el número de la factura",
    "AAA01": "El consecutivo del evento se repite",
    "ZE02": "Valor de la firma inválido",
    "ZA01": "Tamaño o contenido del ZIP inválido",
}


class Books:
    """Invoices by CUFE, events by CUFE and by CUDE."""

    def __init__(self, pin):
        self.pin = pin
        self.documents = {}  # cufe: (signed XML, signed answer if any)
        self.events = {}  # cufe: [parsed event]
        self.taken = {}  # cude: parsed event
        self.numbers = set()  # of a sender and kind of event

    # ---- questions -------------------------------------------------------------------------------

    def status_of(self, key):
        """:return: dict of `wording.status`: of a document, an event, or nothing"""
        if key in self.documents:
            answer = self.documents[key][1:]
            return {"valid": True, "code": "00", "key": key, "xml": answer[0] if answer else b""}
        if key in self.taken:
            return {"valid": True, "code": "00", "key": key}
        return {"valid": False, "code": "66", "message": "TrackId no existe en los registros"}

    def events_of(self, cufe):
        """:return: the same, with the events of an invoice"""
        if not self.events.get(cufe):
            return {"valid": False, "code": "99", "message": "No se encontraron eventos"}
        return {"valid": True, "code": "00", "xml": wording.list_of_events(self.events[cufe])}

    def hand_out(self, key, nit):
        """:return: (code, message, XML)"""
        if key not in self.documents:
            return "404", "Documento no encontrado", b""
        xml = self.documents[key][0]
        document = parse_document(xml)
        if not any(same_nit(nit, p.id_number) for p in (document.issuer, document.receiver)):
            return "401", "NIT no autorizado para consultar el documento", b""
        return "100", "OK", xml

    # ---- events ----------------------------------------------------------------------------------

    def take(self, content, nit):
        """:param str content: base64 of the ZIP
        :param str nit: of the certificate of the request
        :return: dict of `wording.status`
        """
        xml = _unzipped(base64.b64decode(content))
        if xml is None:
            return _refused("ZA01")
        event = parse_document(xml)
        if not same_nit(nit, event.sender.id_number):
            text = f"NIT {nit} no autorizado a enviar documentos para emisor con NIT {event.sender.id_number}"
            return {"valid": False, "code": "89", "errors": [f"Regla: 89, Rechazo: {text}"]}
        if event.cude in self.taken:
            return _refused("90", "Documento procesado anteriormente")
        rule = self._broken_form(xml, event) or self._broken_order(event)
        if rule:
            return _refused(rule)
        self._keep(event)
        return {"valid": True, "code": "00", "key": event.cude, "xml": _signed(event)}

    def _keep(self, event):
        self.taken[event.cude] = event
        self.events.setdefault(event.reference.cufe, []).append(event)
        self.numbers.add((event.sender.id_number, event.type_code, event.number))

    def _broken_form(self, xml, event):
        signature = verify(xml)
        if signature.integrity is not Integrity.INTACT or not signature.policy_known:
            return "ZE02"
        root = etree.fromstring(xml)
        software, code = (
            root.findtext(f".//{STS}{n}") for n in ("SoftwareID", "SoftwareSecurityCode")
        )
        if code != _sha384(software, self.pin, event.number):
            return "AAB27b"
        if event.cude != self._cude(root, event):
            return "AAD06"
        zone = datetime.timezone(datetime.timedelta(hours=-5))
        if event.issue_date != signature.signing_time.astimezone(zone).date():
            return "AAD09e"
        if (event.sender.id_number, event.type_code, event.number) in self.numbers:
            return "AAA01"
        return None

    def _cude(self, root, event):
        written = {etree.QName(part).localname: part.text for part in root}
        reference = root.find(".//{*}DocumentReference")
        about = (reference.findtext("{*}ID"), reference.findtext("{*}DocumentTypeCode"))
        parts = (written["ID"], written["IssueDate"], written["IssueTime"])
        nits = (event.sender.id_number, event.receiver.id_number)
        return _sha384(*parts, *nits, event.type_code, *about, self.pin)

    def _broken_order(self, event):
        code, cufe = event.type_code, event.reference.cufe
        if cufe not in self.documents:
            return "AAH05"
        invoice = parse_document(self.documents[cufe][0])
        if invoice.number != event.reference.number:
            return "AAH06"
        if event.sender.id_number != invoice.receiver.id_number:
            return "AAF01a"
        if invoice.payment_form != "2":
            return "LGC62"
        there = {known.type_code for known in self.events.get(cufe, ())}
        if code in there:
            return "LGC99"
        wanted = (r for (own, other), r in WANTED.items() if own == code and other not in there)
        unwanted = (r for (own, other), r in UNWANTED.items() if own == code and other in there)
        return next((rule for rules in (unwanted, wanted) for rule in rules), None)


def _refused(rule, words=""):
    text = f"Regla: {rule}, Rechazo: {words or WORDS[rule]}"
    message = "Validación contiene errores en campos mandatorios."
    return {"valid": False, "code": "99", "message": message, "errors": [text]}


def _unzipped(content):
    """:return: the only file of a ZIP, None of another one"""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            [name] = archive.namelist()
            xml = archive.read(name)
    except (zipfile.BadZipFile, ValueError):
        return None
    return xml if len(xml) <= 500_000 else None


def _signed(event):
    return wording.answer_about(event, certificates.dian())


def _sha384(*parts):
    return hashlib.sha384("".join(parts).encode()).hexdigest()
