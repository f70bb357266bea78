import { registry } from "@web/core/registry";

/** A bookkeeper decides on a document that the checks left to him, and gets its draft bill. */
registry.category("web_tour.tours").add("l10n_co_received_documents", {
    url: "/odoo/received-edocuments",
    steps: () => [
        {
            content: "The document that came without DIAN's answer waits for a person",
            trigger: ".o_data_row:contains(TOUR1) .o_data_cell[name=number]",
            run: "click",
        },
        {
            content: "The screen says why, and what to do",
            trigger: ".o_form_view .alert-warning:contains(TOUR1)",
        },
        {
            content: "Its lines can be read without opening the PDF",
            trigger: ".o_field_widget[name=content_html] td",
        },
        {
            content: "Accept",
            trigger: "button[name=action_accept]",
            run: "click",
        },
        {
            content: "Take responsibility",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "The bill was drafted by itself",
            trigger: "button[name=action_open_bill]",
            run: "click",
        },
        {
            content: "It is complete: supplier, reference, lines",
            trigger: ".o_field_widget[name=ref] :value(TOUR1)",
        },
    ],
});

/** A mail that failed is read again, without its mailbox. */
registry.category("web_tour.tours").add("l10n_co_received_mails", {
    url: "/odoo/received-mails",
    steps: () => [
        {
            content: "The mail that failed",
            trigger: ".o_data_row:contains(TOUR2) .o_data_cell[name=subject]",
            run: "click",
        },
        {
            content: "It says what happened and what to do",
            trigger: ".o_form_view .alert-danger:contains(TOUR2)",
        },
        {
            content: "Read again",
            trigger: "button[name=action_reprocess]:not(.d-none):visible",
            run: "click",
        },
        {
            content: "It is processed now",
            trigger: ".o_arrow_button_current[data-value=processed]",
        },
    ],
});

/** The supplier is written to in one click: address, text and document are there. */
registry.category("web_tour.tours").add("l10n_co_write_to_supplier", {
    url: "/odoo/einvoices-to-do",
    steps: () => [
        {
            content: "The rejected document has its button in the list",
            trigger: ".o_data_row:contains(TOUR5) button:contains(Escribir al proveedor)",
            run: "click",
        },
        {
            content: "The address is the document's own, the text says what is wrong",
            trigger: ".modal .o_field_widget[name=email] :value(facturacion@example.com)",
        },
        {
            content: "Send",
            trigger: ".modal-footer button[name=action_send]",
            run: "click",
        },
        {
            content: "It is off the list: the supplier has time to answer",
            trigger: ".o_content:not(:has(.o_data_row:contains(TOUR5)))",
        },
    ],
});

/** A bill of somebody who is not obliged to invoice electronically: the mail shows its PDF, and becomes a draft. */
registry.category("web_tour.tours").add("l10n_co_bill_of_a_pdf", {
    url: "/odoo/received-mails",
    steps: () => [
        {
            content: "The mail without an electronic document",
            trigger: ".o_data_row:contains(TOUR6) .o_data_cell[name=subject]",
            run: "click",
        },
        {
            content: "Its text is there",
            trigger: ".o_field_widget[name=body_html]:contains(cuenta de cobro)",
        },
        {
            content: "Its PDF stands beside it",
            trigger: ".o_l10n_co_pdf iframe",
        },
        {
            content: "A bill is made with it",
            trigger: ".o_field_widget[name=file_data] button.btn-secondary",
            run: "click",
        },
        {
            content: "The draft is open",
            trigger: ".o_form_view .o_field_widget[name=invoice_line_ids]",
        },
    ],
});

/** A search that finds nothing says what was searched. */
registry.category("web_tour.tours").add("l10n_co_nothing_found", {
    url: "/odoo/received-edocuments",
    steps: () => [
        {
            content: "Search for what is not there",
            trigger: ".o_searchview_input",
            run: "edit NADA-99",
        },
        {
            content: "In the numbers",
            trigger: ".o_searchview_autocomplete .o-dropdown-item:first",
            run: "click",
        },
        {
            content: "The list says what it looked for",
            trigger: ".o_view_nocontent:contains(NADA-99)",
        },
    ],
});

/** Many documents wait for a certificate: confirming it goes on in the background, and says how far it is. */
registry.category("web_tour.tours").add("l10n_co_work_in_background", {
    steps: () => [
        {
            content: "It says how many documents depend on it",
            trigger: ".o_field_widget[name=effect]:contains(2)",
        },
        {
            content: "Confirm",
            trigger: "button[name=action_confirm]",
            run: "click",
        },
        {
            content: "Sure",
            trigger: ".modal-footer .btn-primary:visible",
            run: "click",
        },
        {
            content: "How far it is",
            trigger: ".modal .o_field_widget[name=told]:contains(2)",
        },
        {
            content: "One may leave",
            trigger: ".modal-footer button[special=cancel]",
            run: "click",
        },
        {
            content: "The window is closed",
            trigger: "body:not(:has(.modal))",
        },
    ],
});

/** The analysis opens with two pictures; a supplier's bar leads to his documents. */
registry.category("web_tour.tours").add("l10n_co_analysis", {
    url: "/odoo/edocuments-analysis",
    steps: () => [
        {
            content: "The months by state",
            trigger: ".o_l10n_co_analysis .o_graph_canvas_container canvas",
        },
        {
            content: "Beside them the largest suppliers, the largest first",
            trigger: ".o_l10n_co_largest button:first-of-type:contains(GRANDE) ~ button:contains(PEQUEÑO)",
        },
        {
            content: "One of them",
            trigger: ".o_l10n_co_largest button:contains(PEQUEÑO)",
            run: "click",
        },
        {
            content: "His documents, and no other's",
            trigger: ".o_list_view:not(:contains(TOUR4)) .o_data_row:contains(TOUR5)",
        },
    ],
});
