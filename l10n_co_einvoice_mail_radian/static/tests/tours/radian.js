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
