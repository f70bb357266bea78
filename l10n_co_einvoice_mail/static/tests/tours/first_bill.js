import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/**
 * From an empty database to the first draft bill, as whoever installs the addon does it: eleven clicks, and three
 * fields that are typed (NIT, address, password).
 */
registry.category("web_tour.tours").add("l10n_co_first_bill", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "The app",
            trigger: ".o_app[data-menu-xmlid='l10n_co_einvoice_mail.menu_root']",
            run: "click",
        },
        {
            content: "First step: the company",
            trigger: ".o_l10n_co_onboarding [data-step=company][data-state=now] button",
            run: "click",
        },
        {
            content: "Its NIT; the check digit is worked out",
            trigger: ".modal .o_field_widget[name=vat] input",
            run: "edit 800123456 && press Tab",
        },
        {
            content: "How it will be kept",
            trigger: ".modal .o_field_widget[name=told]:contains('800123456-')",
        },
        {
            content: "Country, currency and chart come by themselves",
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "Second step: the mailbox",
            trigger: "body:not(:has(.modal)) .o_l10n_co_onboarding [data-step=account][data-state=now] button",
            run: "click",
        },
        {
            content: "Its address",
            trigger: ".o_field_widget[name=l10n_co_address] input",
            run: "edit facturas@comprador.example.com && press Tab",
        },
        {
            content: "The provider was recognised",
            trigger: ".o_field_widget[name=l10n_co_provider_id] input:value(/./)",
        },
        {
            content: "Its password",
            trigger: ".o_field_widget[name=l10n_co_new_password] input",
            run: "edit clave-segura && press Tab",
        },
        {
            content: "Third step: the test",
            trigger: "button[name=l10n_co_action_diagnose]",
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
            content: "Fourth step: the first mails",
            trigger: "body:not(:has(.modal)) button[name=l10n_co_fetch]",
            run: "click",
        },
        {
            content: "What came is told",
            trigger: ".o_notification:contains(1)",
        },
        {
            content: "The documents",
            trigger: ".o_nav_entry[data-menu-xmlid='l10n_co_einvoice_mail.menu_documents'], .o_menu_sections [data-menu-xmlid='l10n_co_einvoice_mail.menu_documents']",
            run: "click",
        },
        {
            content: "The first invoice",
            trigger: ".o_list_view .o_data_row:contains(TOUR3) td:not(.o_list_record_selector)",
            run: "click",
        },
        {
            content: "Its bill",
            trigger: "button[name=action_open_bill]",
            run: "click",
        },
        {
            content: "A draft, complete",
            trigger: ".o_form_view .o_field_widget[name=invoice_line_ids] .o_data_row",
        },
    ],
});
