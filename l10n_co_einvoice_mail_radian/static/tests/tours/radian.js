import { registry } from "@web/core/registry";

/** A bookkeeper sends both receipts of a purchase on credit, from the board of what has none. */
registry.category("web_tour.tours").add("l10n_co_radian_send", {
    url: "/odoo/credit-purchases",
    steps: () => [
        {
            content: "The invoice has no event yet",
            trigger: ".o_data_row:contains(TOUR1) .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Send events",
            trigger: ".o_control_panel button[name=action_radian_send]",
            run: "click",
        },
        {
            content: "Both receipts are proposed, and one invoice can be told about",
            trigger: ".modal .o_field_widget[name=allowed_count]:contains(1)",
        },
        {
            content: "Send",
            trigger: ".modal-footer button[name=action_send]",
            run: "click",
        },
        {
            content: "Two events wait to be sent",
            trigger: "body:not(:has(.modal)) .o_data_row:contains(TOUR1) + .o_data_row:contains(TOUR1)",
        },
    ],
});

/** The set-up is tested: each step says what came of it. */
registry.category("web_tour.tours").add("l10n_co_radian_check", {
    url: "/odoo/dian-service",
    steps: () => [
        {
            content: "The company's access",
            trigger: ".o_data_row .o_data_cell[name=company_id], .o_data_row .o_data_cell[name=environment]",
            run: "click",
        },
        {
            content: "Test it",
            trigger: "button[name=action_check]",
            run: "click",
        },
        {
            content: "Everything works, in seven steps",
            trigger: ".modal .alert-success ~ .o_field_widget[name=step_ids] .o_data_row:nth-child(7) .text-bg-success",
        },
        {
            content: "Close",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "It works from now on",
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
    ],
});

/** What never came is fetched at DIAN, from the month's list. */
registry.category("web_tour.tours").add("l10n_co_radian_fetch", {
    url: "/odoo/einvoices-dian",
    steps: () => [
        {
            content: "The month",
            trigger: ".o_data_row .badge:contains(Incompleto)",
            run: "click",
        },
        {
            content: "It never came",
            trigger: ".o_data_row:contains(TOUR2):contains(nunca recibido) button[name=action_fetch]",
            run: "click",
        },
        {
            content: "It is on its way",
            trigger: ".o_data_row:contains(TOUR2):contains(trayendo de la DIAN)",
        },
    ],
});

/** What DIAN refused is on the list of what is to do; it is looked at, and sent anew. */
registry.category("web_tour.tours").add("l10n_co_radian_refused", {
    url: "/odoo/einvoices-to-do",
    steps: () => [
        {
            content: "DIAN refused it, and says why",
            trigger: ".o_data_row:contains(TOUR3):contains(AAB27b) button[name=action_next]",
            run: "click",
        },
        {
            content: "The same on the event",
            trigger: ".o_form_view .alert-warning:contains(AAB27b)",
        },
        {
            content: "Send it anew",
            trigger: "button[name=action_send].btn-primary",
            run: "click",
        },
        {
            content: "It waits to be sent",
            trigger: ".o_form_view:not(:has(.alert-warning)) .o_arrow_button_current[data-value=waiting]",
        },
    ],
});
