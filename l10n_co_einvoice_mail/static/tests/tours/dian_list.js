import { inputFiles } from "@web/../tests/utils";
import { registry } from "@web/core/registry";

const TITLES =
    "Tipo de documento;CUFE/CUDE;Folio;Prefijo;Fecha Emisión;NIT Emisor;Nombre Emisor;NIT Receptor;Total;Estado;Grupo";

function row(number, date, issuer, receiver) {
    const cufe = String(number).padStart(96, "0");
    return `Factura electrónica;${cufe};${number};FE;${date};${issuer};Ferretería La Tuerca SAS;${receiver};119000;Aprobado;Recibido`;
}

/** A list is dropped as DIAN's portal gives it; a supplier is asked for what never came; a complete month is closed. */
registry.category("web_tour.tours").add("l10n_co_dian_list", {
    url: "/odoo/einvoices-dian",
    steps: () => [
        {
            content: "Upload a list",
            trigger: "button[name=action_upload]",
            run: "click",
        },
        {
            content: "The file, as it comes from the portal",
            trigger: ".modal .o_field_widget[name=content]",
            async run() {
                const lines = [
                    TITLES,
                    row(1, "03-10-2026", "900200002", "800123456"),
                    row(2, "03-11-2026", "900200002", "800123456"),
                ];
                const file = new File([lines.join("\n")], "lista.csv", { type: "text/csv" });
                await inputFiles(".modal .o_field_widget[name=content] input[type=file]", [file]);
            },
        },
        {
            content: "It was taken",
            trigger: ".modal .o_field_widget[name=content]:has(input:value(lista.csv))",
        },
        {
            content: "Compare",
            trigger: ".modal button[name=action_read]",
            run: "click",
        },
        {
            content: "One month is complete, the other one is not: its documents",
            trigger: ".o_data_row:contains(noviembre) .badge:contains(Incompleto)",
            run: "click",
        },
        {
            content: "It never came; its supplier is asked",
            trigger: ".o_data_row:contains(FE2):contains(nunca recibido) button[name=action_ask_supplier]",
            run: "click",
        },
        {
            content: "One mail, to the address that is known",
            trigger: ".modal .o_data_row:contains(ventas@latuerca.example.com)",
        },
        {
            content: "Send it",
            trigger: ".modal button[name=action_send]",
            run: "click",
        },
        {
            content: "The line says so",
            trigger: "body:not(:has(.modal)) .o_data_row:contains(FE2):contains(pidió)",
        },
        {
            content: "Back to the months",
            trigger: ".o_breadcrumb a, .o_back_button",
            run: "click",
        },
        {
            content: "A manager closes the month that is complete",
            trigger: ".o_data_row:contains(octubre) button[name=action_close]",
            run: "click",
        },
        {
            content: "It is closed",
            trigger: ".o_data_row:contains(octubre) .badge:contains(Cerrado)",
        },
    ],
});
