"""DIAN's code tables (annex 1.9, chapter 13), code -> name, in the field's own Spanish."""

#: RADIAN events (Res. 000085/2022); a receiver meets the first five.
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
