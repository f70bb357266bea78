import { registry } from "@web/core/registry";

/** From an empty home page to the first invoice: every step begins with the button of the panel. */
registry.category("web_tour.tours").add("l10n_co_onboarding", {
    url: "/odoo/einvoices-to-do",
    steps: () => [
        {
            content: "First step: the mailbox",
            trigger: ".o_l10n_co_onboarding [data-step=account][data-state=now] button",
            run: "click",
        },
        {
            content: "Its address",
            trigger: ".o_field_widget[name=l10n_co_address] input",
            run: "edit facturas@comprador.example.com && press Tab",
        },
        {
            content: "The provider was recognised",
            trigger: ".o_field_widget[name=l10n_co_provider_id] input:value(Bed)",
        },
        {
            content: "Its password",
            trigger: ".o_field_widget[name=l10n_co_new_password] input",
            run: "edit clave-segura && press Tab",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save:visible",
            run: "click",
        },
        {
            content: "Back to the home page",
            trigger: ".o_form_saved, .o_form_view:not(:has(.o_form_dirty)) .o_field_widget[name=l10n_co_address]",
        },
        {
            trigger: ".breadcrumb-item a, .o_back_button",
            run: "click",
        },
        {
            content: "Second step: the test",
            trigger: ".o_l10n_co_onboarding [data-step=test][data-state=now] button",
            run: "click",
        },
        {
            content: "All is well",
            trigger: ".modal .alert-success",
        },
        {
            trigger: ".modal-footer button[special=cancel]",
            run: "click",
        },
        {
            content: "Third step: the first mails",
            trigger: "body:not(:has(.modal)) .o_l10n_co_onboarding [data-step=fetch][data-state=now] button",
            run: "click",
        },
        {
            content: "The steps are gone, and the mailbox is shown instead",
            trigger: "body:not(:has(.o_l10n_co_onboarding)) .o_l10n_co_mailboxes_line .fa-check-circle",
        },
    ],
});

/** A bookkeeper does what is on his list, without leaving it. */
registry.category("web_tour.tours").add("l10n_co_todo", {
    url: "/odoo/einvoices-to-do",
    steps: () => [
        {
            content: "The kinds are counted",
            trigger: ".o_search_panel .o_search_panel_category_value:contains(2)",
        },
        {
            content: "Look for one by its number",
            trigger: ".o_searchview_input",
            run: "edit TOUR5",
        },
        {
            content: "Supplier, number, NIT or CUFE",
            trigger: ".o_searchview_autocomplete .o-dropdown-item:first",
            run: "click",
        },
        {
            content: "It is found, alone",
            trigger: ".o_list_view:not(:contains(TOUR6)) .o_data_row:contains(TOUR5)",
        },
        {
            content: "All again",
            trigger: ".o_facet_remove",
            run: "click",
        },
        {
            content: "Open one of the two",
            trigger: ".o_list_view:contains(TOUR6) .o_data_row:contains(TOUR5) td[name=subject]",
            run: "click",
        },
        {
            content: "The pager leads to the other one",
            trigger: ".o_form_view .o_pager_limit:contains(2)",
        },
        {
            content: "Back to the list",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "Nothing more to do about the other one",
            trigger: ".o_data_row:contains(TOUR6) button[name=action_set_done]",
            run: "click",
        },
        {
            content: "It is off the list",
            trigger: ".o_list_view:not(:contains(TOUR6)) .o_data_row:contains(TOUR5)",
        },
        {
            content: "Accept the document that waits",
            trigger: ".o_data_row:contains(TOUR5) button[name=action_next]:contains(Aceptar)",
            run: "click",
        },
        {
            content: "Take responsibility",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "It is off the list; two mails without invoice are on one line",
            trigger: ".o_list_view:not(:contains(TOUR5)) .o_data_row:contains(2 correos)",
        },
        {
            content: "Nothing more to do about them",
            trigger: ".o_data_row:contains(2 correos) button[name=action_set_done]",
            run: "click",
        },
        {
            content: "Nothing is left to do",
            trigger: ".o_nocontent_help",
        },
    ],
});

/** The board of mailboxes: fetch, and look at what failed. */
registry.category("web_tour.tours").add("l10n_co_mailbox_board", {
    url: "/odoo/einvoice-mailboxes",
    steps: () => [
        {
            content: "Fetch",
            trigger: ".o_kanban_record button[name=l10n_co_fetch]",
            run: "click",
        },
        {
            content: "What failed",
            trigger: ".o_kanban_record:contains(2) button[name=l10n_co_action_open_failed]",
            run: "click",
        },
        {
            content: "Grouped by cause",
            trigger: ".o_group_header:contains((2))",
        },
    ],
});
