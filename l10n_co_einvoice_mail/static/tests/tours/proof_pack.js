import { registry } from "@web/core/registry";

/** An accountant asks for all that proves a period. */
registry.category("web_tour.tours").add("l10n_co_proof_pack", {
    url: "/odoo/einvoice-proof",
    steps: () => [
        {
            content: "Make a pack",
            trigger: ".o_control_panel button.btn-primary, .o_list_buttons button.btn-primary",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=date_from] input, .modal .o_field_widget[name=date_from] button",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=date_from] input",
            run: "edit 01/01/2026",
        },
        {
            trigger: ".modal .o_field_widget[name=date_to] input, .modal .o_field_widget[name=date_to] button",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=date_to] input",
            run: "edit 31/12/2026",
        },
        {
            content: "In the background",
            trigger: ".modal button[name=action_make]",
            run: "click",
        },
        {
            content: "How far it is",
            trigger: "body:not(:has(.modal)) .o_form_view .o_progressbar",
        },
    ],
});

/** It is ready: the digest is shown, and the file is one click away. */
registry.category("web_tour.tours").add("l10n_co_proof_pack_ready", {
    url: "/odoo/einvoice-proof",
    steps: () => [
        {
            trigger: ".o_data_row .badge.text-bg-success",
        },
        {
            trigger: ".o_data_row .o_data_cell[name=date_from]",
            run: "click",
        },
        {
            content: "The digest of the whole ZIP",
            trigger: ".o_form_view .o_field_widget[name=sha256]",
        },
        {
            content: "Download it",
            trigger: "button[name=action_download]",
        },
    ],
});

/** An accountant decides that originals past their time go. */
registry.category("web_tour.tours").add("l10n_co_proof_disposal", {
    url: "/odoo/action-l10n_co_einvoice_mail.proof_disposal_action",
    steps: () => [
        {
            content: "Decide",
            trigger: ".o_control_panel button.btn-primary, .o_list_buttons button.btn-primary",
            run: "click",
        },
        {
            content: "Without a pack that holds them",
            trigger: ".modal .o_field_widget[name=way] input[data-value=deleted]",
            run: "click",
        },
        {
            content: "One original is old enough",
            trigger: ".modal .o_field_widget[name=affected_count]:contains(1)",
        },
        {
            content: "Remove it",
            trigger: ".modal button[name=action_dispose]",
            run: "click",
        },
        {
            content: "Yes, for good",
            trigger: ".modal:not(:has(.o_form_view)) .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "It is being removed, and who decided stands there",
            trigger: "body:not(:has(.modal)) .o_data_row:has(.badge) .o_data_cell[name=create_uid]",
        },
    ],
});
