"""Lists as DIAN's portal gives them."""

import io

import openpyxl

TITLES = (
    "Tipo de documento", "CUFE/CUDE", "Folio", "Prefijo", "Divisa", "Forma de Pago", "Fecha Emisión",
    "Fecha Recepción", "NIT Emisor", "Nombre Emisor", "NIT Receptor", "Nombre Receptor", "IVA", "Total", "Estado",
    "Grupo",
)  # fmt: skip


def sheet(*rows, before=()):
    """:return: bytes of a workbook with these rows, each a sequence of cells"""
    book = openpyxl.Workbook()
    for row in (*before, *rows):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def row(receiver_nit, **cells):
    """:param cells: by title, with "_" for blanks, what differs from a supplier's invoice on cash
    :return: the cells of one row
    """
    values = {
        "Tipo de documento": "Factura electrónica",
        "CUFE/CUDE": "",
        "Folio": "1",
        "Prefijo": "FE",
        "Divisa": "COP",
        "Forma de Pago": "1",
        "Fecha Emisión": "03-11-2026",
        "Fecha Recepción": "2026-11-03T14:30:00",
        "NIT Emisor": "900200002",
        "Nombre Emisor": "Talleres El Obelisco SAS",
        "NIT Receptor": receiver_nit,
        "Nombre Receptor": "Compradora",
        "IVA": "19000",
        "Total": "119000",
        "Estado": "Aprobado",
        "Grupo": "Recibido",
    }
    return tuple({**values, **cells}.values())
