"""What an e-document says, and what was checked of it, as values of its record."""

from ...dian import issuers
from .document_types import APPLICATION_RESPONSE, DOCUMENT_TYPES, EVENTS, PAYMENT_FORMS

KNOWN_TYPES = frozenset(dict(DOCUMENT_TYPES))
KNOWN_EVENTS = frozenset(dict(EVENTS))
KNOWN_FORMS = frozenset(dict(PAYMENT_FORMS))


def facts_of(document):
    """
    :param document: dian.document.Document or ApplicationResponse
    :return: dict of values; `currency` is its ISO code
    """
    return (_response_facts if document.is_response else _document_facts)(document)


def _document_facts(document):
    supplier, customer, totals = document.supplier, document.customer, document.totals
    return {
        "document_type": document.type_code if document.type_code in KNOWN_TYPES else False,
        "number": document.number,
        "cufe": document.cufe,
        "issue_date": document.issue_date,
        "due_date": document.due_on,
        "payment_form": document.payment_form if document.payment_form in KNOWN_FORMS else False,
        "supplier_nit": supplier and supplier.id_number,
        "supplier_name": supplier and (supplier.name or supplier.trade_name),
        "receiver_nit": customer and customer.id_number,
        "currency": document.currency,
        "exchange_rate": _exchange_rate(document),
        "amount_untaxed": totals and float(totals.line_extension or 0),
        "amount_tax": float(sum(tax.amount or 0 for tax in document.taxes)),
        "amount_total": totals and float(totals.payable or 0),
        "referenced_cufe": next((r.cufe for r in document.references if r.cufe), None),
    }


def _exchange_rate(document):
    rate = document.exchange_rate
    return float((rate and rate.price_of(document.currency)) or 0)


def _response_facts(response):
    reference = response.responses[0].reference if response.responses else None
    sender, receiver = response.sender, response.receiver
    return {
        "document_type": APPLICATION_RESPONSE,
        "event_code": response.type_code if response.type_code in KNOWN_EVENTS else False,
        "number": response.number,
        "cufe": response.code,
        "issue_date": response.issue_date,
        "supplier_nit": sender and sender.id_number,
        "supplier_name": sender and (sender.name or sender.trade_name),
        "receiver_nit": receiver and receiver.id_number,
        "currency": None,
        "referenced_cufe": reference and reference.cufe,
    }


def authority_of(signature):
    """:return: values that say who issued the certificate of a document's signer"""
    certificate = signature.certificate
    return {
        "signer_authority": certificate and issuers.name(certificate.issuer),
        "signer_authority_key": certificate and issuers.identity_of_issuer(certificate),
    }


def checks_of(evidence):
    """:return: what was checked of each signature, as the document's form shows it"""
    edocument = evidence.edocument
    parts = [("document", edocument.signature), ("container", edocument.container_signature)]
    parts += [("answer", answer.signature) for answer in edocument.answers]
    return [
        _check(part, signature, evidence.context.trust) for part, signature in parts if signature
    ]


def _check(part, signature, trust):
    certificate, at = signature.certificate, signature.signing_time
    trusted = certificate and (
        "confirmed"
        if part == "answer" and trust.is_confirmed_dian(certificate)
        else trust.chain_state(certificate, at, signature.intermediates).value
    )
    return {
        "part": part,
        "integrity": signature.integrity.value,
        "signer": signature.signer_name,
        "nit": signature.signer_nit,
        "signed_on": at and at.isoformat(sep=" ", timespec="minutes"),
        "trust": trusted,
    }
