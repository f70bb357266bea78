"""The service's answers, as text."""

import base64

from odoo.addons.l10n_co_einvoice_mail.tests.tools import builder, responses
from odoo.addons.l10n_co_einvoice_mail.tests.tools.markup import escape

SOAP = "http://www.w3.org/2003/05/soap-envelope"
DATA = "http://schemas.datacontract.org/2004/07/"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"


def _envelope(body):
    return (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header/>'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def fault(code, subcode, text):
    """:param str code: Sender or Receiver"""
    return _envelope(
        f"<s:Fault><s:Code><s:Value>s:{code}</s:Value><s:Subcode><s:Value>a:{subcode}</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="en-US">{escape(text)}</s:Text></s:Reason></s:Fault>'
    )


def status(operation, valid, code, message="", errors=(), key="", xml=b""):
    """A DianResponse."""
    strings = "".join(f"<c:string>{escape(error)}</c:string>" for error in errors)
    return _envelope(
        f'<{operation}Response xmlns="http://wcf.dian.colombia"><{operation}Result xmlns:b="{DATA}DianResponse">'
        '<b:ErrorMessage xmlns:c="http://schemas.microsoft.com/2003/10/Serialization/Arrays">'
        f"{strings}</b:ErrorMessage><b:IsValid>{str(valid).lower()}</b:IsValid>"
        f"<b:StatusCode>{code}</b:StatusCode><b:StatusDescription/>"
        f"<b:StatusMessage>{escape(message)}</b:StatusMessage>"
        f"<b:XmlBase64Bytes>{base64.b64encode(xml).decode()}</b:XmlBase64Bytes>"
        f"<b:XmlDocumentKey>{key}</b:XmlDocumentKey></{operation}Result></{operation}Response>"
    )


def handed_out(code, message, xml):
    """An EventResponse."""
    name = "GetXmlByDocumentKey"
    return _envelope(
        f'<{name}Response xmlns="http://wcf.dian.colombia"><{name}Result xmlns:b="{DATA}EventResponse">'
        f"<b:Code>{code}</b:Code><b:Message>{escape(message)}</b:Message><b:ValidationDate/>"
        f"<b:XmlBytesBase64>{base64.b64encode(xml).decode()}</b:XmlBytesBase64>"
        f"</{name}Result></{name}Response>"
    )


def list_of_events(events):
    """What GetStatusEvent holds: an ApplicationResponse with one DocumentResponse for each event."""
    items = "".join(
        f"<cac:DocumentResponse><cac:Response><cbc:ResponseCode>{event.type_code}</cbc:ResponseCode>"
        f"<cbc:EffectiveDate>{event.issue_date}</cbc:EffectiveDate></cac:Response>"
        f"<cac:DocumentReference><cbc:ID>{escape(event.number)}</cbc:ID><cbc:UUID>{event.cude}</cbc:UUID>"
        "</cac:DocumentReference></cac:DocumentResponse>"
        for event in events
    )
    return (
        f'<ApplicationResponse xmlns="{UBL}ApplicationResponse-2" xmlns:cac="{UBL}CommonAggregateComponents-2"'
        f' xmlns:cbc="{UBL}CommonBasicComponents-2"><cbc:ID>1</cbc:ID>{items}</ApplicationResponse>'
    ).encode()


def answer_about(event, signer):
    """DIAN's signed answer about an event."""
    sender = builder.Party(event.sender.id_number, event.sender.name or "")
    response = responses.Response(
        number="99000002",
        sender=builder.DIAN,
        receiver=sender,
        code="02",
        description="Documento validado por la DIAN",
        about=event.number,
        about_cufe=event.cude,
        about_type="96",
        issue_date=event.issue_date.isoformat(),
    )
    style = builder.Style(signing_time=f"{event.issue_date}T12:00:00+00:00")
    return builder.sign(responses.application_response(response), signer, style)
