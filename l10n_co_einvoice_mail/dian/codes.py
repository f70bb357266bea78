"""DIAN's code tables, code -> name, in the field's own Spanish.

Annex 1.9 (Res. 000165/2023), chapter 13, completed from DIAN's genericode lists 2.1; names of long
lists are shortened where that says the same.
"""

import functools
from pathlib import Path

#: InvoiceTypeCode and CreditNoteTypeCode; a debit note has none and is a 92, an
#: ApplicationResponse is a 96. 05 and 95 are issued by the buyer: nobody receives them.
DOCUMENT_TYPES = {
    "01": "Factura electrónica de venta",
    "02": "Factura electrónica de venta - exportación",
    "03": "Instrumento electrónico de transmisión - contingencia del facturador",
    "04": "Factura electrónica de venta - contingencia DIAN",
    "05": "Documento soporte en adquisiciones a no obligados a facturar",
    "20": "Tiquete de máquina registradora con sistema POS",
    "25": "Boleta de ingreso a cine",
    "27": "Boleta de ingreso a espectáculo público",
    "32": "Documento en juegos localizados y no localizados",
    "35": "Tiquete de transporte terrestre de pasajeros",
    "40": "Documento de cobro de peajes",
    "45": "Extracto",
    "50": "Tiquete o billete de transporte aéreo de pasajeros",
    "55": "Documento de operación de bolsa de valores",
    "60": "Documento de servicios públicos domiciliarios",
    "91": "Nota crédito",
    "92": "Nota débito",
    "93": "Nota de ajuste débito al documento equivalente",
    "94": "Nota de ajuste crédito al documento equivalente",
    "95": "Nota de ajuste al documento soporte",
    "96": "ApplicationResponse",
}

#: CustomizationID of invoices and notes; documents of before 2020 use 01-12 otherwise.
OPERATIONS = {
    "09": "AIU",
    "10": "Estándar",
    "11": "Mandatos",
    "12": "Transporte",
    "14": "Notarios",
    "15": "Compra de divisas",
    "16": "Venta de divisas",
    "20": "Nota crédito que referencia una factura electrónica",
    "22": "Nota crédito sin referencia a facturas",
    "23": "Nota crédito para facturación electrónica V1",
    "30": "Nota débito que referencia una factura electrónica",
    "32": "Nota débito sin referencia a facturas",
    "33": "Nota débito para facturación electrónica V1",
    "SS-CUFE": "Salud",
    "SS-CUDE": "Salud",
    "SS-POS": "Salud",
    "SS-SNum": "Salud",
    "SS-Recaudo": "Salud",
    "SS-Reporte": "Salud",
    "SS-SinAporte": "Salud",
}

ENVIRONMENTS = {"1": "Producción", "2": "Pruebas"}
TEST_ENVIRONMENT = "2"

#: CompanyID/@schemeName
ID_TYPES = {
    "11": "Registro civil",
    "12": "Tarjeta de identidad",
    "13": "Cédula de ciudadanía",
    "21": "Tarjeta de extranjería",
    "22": "Cédula de extranjería",
    "31": "NIT",
    "41": "Pasaporte",
    "42": "Documento de identificación extranjero",
    "47": "PEP (permiso especial de permanencia)",
    "48": "PPT (permiso por protección temporal)",
    "50": "NIT de otro país",
    "91": "NUIP",
}
#: Who buys without giving a name.
FINAL_CONSUMER = "222222222222"
#: DIAN itself.
DIAN_NIT = "800197268"
DIAN_NAME = "U.A.E. DIRECCION DE IMPUESTOS Y ADUANAS NACIONALES"

#: AdditionalAccountID
ORGANIZATION_TYPES = {"1": "Persona jurídica", "2": "Persona natural"}

#: TaxLevelCode
TAX_LEVELS = {
    "O-13": "Gran contribuyente",
    "O-15": "Autorretenedor",
    "O-23": "Agente de retención IVA",
    "O-47": "Régimen simple de tributación",
    "R-99-PN": "No aplica - otros",
}

#: TaxScheme/ID of taxes and, 05 to 08, of withholdings
TAX_SCHEMES = {
    "01": "IVA",
    "02": "IC",
    "03": "ICA",
    "04": "INC",
    "05": "ReteIVA",
    "06": "ReteRenta",
    "07": "ReteICA",
    "08": "ReteCREE",
    "20": "FtoHorticultura",
    "21": "Timbre",
    "22": "INC Bolsas",
    "23": "INCarbono",
    "24": "INCombustibles",
    "25": "Sobretasa Combustibles",
    "26": "Sordicom",
    "30": "IC Datos",
    "32": "ICL",
    "33": "INPP",
    "34": "IBUA",
    "35": "ICUI",
    "36": "ADV",
    "ZA": "IVA e INC",
    "ZY": "No causa",
    "ZZ": "Otros tributos",
}
WITHHOLDING_SCHEMES = frozenset({"05", "06", "07", "08"})

#: PaymentMeans/ID
CASH = "1"
PAYMENT_FORMS = {CASH: "Contado", "2": "Crédito"}

#: PaymentMeansCode (UN/EDIFACT 4461): those in use; the list has 75
PAYMENT_MEANS = {
    "1": "Instrumento no definido",
    "2": "Crédito ACH",
    "3": "Débito ACH",
    "10": "Efectivo",
    "20": "Cheque",
    "23": "Cheque bancario",
    "25": "Cheque certificado",
    "26": "Cheque local",
    "30": "Transferencia crédito",
    "31": "Transferencia débito",
    "42": "Consignación bancaria",
    "44": "Nota cambiaria",
    "45": "Transferencia crédito bancario",
    "46": "Transferencia débito interbancario",
    "47": "Transferencia débito bancaria",
    "48": "Tarjeta crédito",
    "49": "Tarjeta débito",
    "71": "Bonos",
    "72": "Vales",
    "93": "Giro referenciado",
    "94": "Giro urgente",
    "97": "Compensación entre partes",
    "ZZZ": "Acuerdo mutuo",
}

#: AllowanceChargeReasonCode of the document's discounts
ALLOWANCE_REASONS = {
    "00": "Descuento no condicionado",
    "01": "Descuento condicionado",
    "02": "Recargo no condicionado",
    "03": "Recargo condicionado",
}

#: DiscrepancyResponse/ResponseCode of credit notes
CREDIT_REASONS = {
    "1": "Devolución parcial de los bienes o no aceptación parcial del servicio",
    "2": "Anulación de factura electrónica",
    "3": "Rebaja o descuento parcial o total",
    "4": "Ajuste de precio",
    "5": "Descuento comercial por pronto pago",
    "6": "Descuento comercial por volumen de ventas",
}
#: DiscrepancyResponse/ResponseCode of debit notes
DEBIT_REASONS = {
    "1": "Intereses",
    "2": "Gastos por cobrar",
    "3": "Cambio del valor",
    "4": "Otros",
}

#: ResponseCode of DIAN's answers; some write 002
VALIDATED = frozenset({"02", "002"})
REJECTED = frozenset({"04", "004"})

#: ResponseCode of RADIAN events (Res. 000085/2022); a receiver meets the first five.
EVENTS = {
    "030": "Acuse de recibo de la Factura Electrónica de Venta",
    "031": "Reclamo de la Factura Electrónica de Venta",
    "032": "Recibo del bien y/o prestación del servicio",
    "033": "Aceptación expresa",
    "034": "Aceptación tácita",
    "035": "Aval",
    "036": "Inscripción de la factura electrónica de venta como título valor",
    "037": "Endoso en propiedad",
    "038": "Endoso en garantía",
    "039": "Endoso en procuración",
    "040": "Cancelación de endoso",
    "041": "Limitación a la circulación de la factura electrónica de venta como título valor",
    "042": "Terminación de la limitación a la circulación",
    "043": "Mandato",
    "044": "Terminación del mandato",
    "045": "Pago de la factura electrónica de venta como título valor",
    "046": "Informe para el pago",
}
#: ResponseCode/@listID of event 031
CLAIM_REASONS = {
    "01": "Documento con inconsistencias",
    "02": "Mercancía no entregada totalmente",
    "03": "Mercancía no entregada parcialmente",
    "04": "Servicio no prestado",
}


@functools.cache
def units() -> dict[str, str]:
    """DIAN's names of UN/ECE units (Rec. 20 and 21), by @unitCode."""
    lines = Path(__file__).with_name("units.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)
