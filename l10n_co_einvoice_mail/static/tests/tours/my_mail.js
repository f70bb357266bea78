import { registry } from "@web/core/registry";

/** A user's own mail, from nothing: two fields typed make an account; it is tested, sends a test mail, and is used. */
registry.category("web_tour.tours").add("l10n_co_my_mail", {
    url: "/odoo",
    steps: () => [
        {
            content: "His menu",
            trigger: ".o_user_menu button",
            run: "click",
        },
        {
            content: "My mail",
            trigger: "[data-menu=l10n_co_my_mail]",
            run: "click",
        },
        {
            content: "First of two: the address",
            trigger: ".o_field_widget[name=l10n_co_mail_address] input",
            run: "edit maria@comprador.example.com && press Tab",
        },
        {
            content: "The provider was recognised",
            trigger: ".o_field_widget[name=l10n_co_mail_provider_id] input:value(Bed)",
        },
        {
            content: "Second of two: the password",
            trigger: ".o_field_widget[name=l10n_co_mail_password] input",
            run: "edit clave&ñandú'\"<b> && press Tab",
        },
        {
            content: "Test it",
            trigger: "button[name=l10n_co_action_test_mail]",
            run: "click",
        },
        {
            content: "All is well",
            trigger: ".modal .alert-success",
        },
        {
            content: "A test mail to somebody",
            trigger: ".modal .o_field_widget[name=recipient] input",
            run: "edit cliente@otra.example.com && press Tab",
        },
        {
            content: "Send it",
            trigger: ".modal-footer button[name=action_run_again]:visible",
            run: "click",
        },
        {
            content: "The result is on the screen",
            trigger: ".modal .o_data_row:contains(cliente@otra.example.com):contains(OK)",
        },
        {
            content: "Close",
            trigger: ".modal:has(.alert-success) .modal-footer button[special=cancel]",
            run: "click",
        },
        {
            content: "The account is confirmed",
            trigger: "body:not(:has(.modal)) .o_field_widget[name=l10n_co_mail_state] .text-bg-success",
        },
        {
            content: "The password is stored and not shown",
            trigger: ".o_field_widget[name=l10n_co_mail_password] input:value()",
        },
        {
            content: "What stands below his mails",
            trigger: ".o_notebook a[name=l10n_co_sending]",
            run: "click",
        },
        {
            content: "A footer",
            trigger: ".o_field_widget[name=l10n_co_mail_footer] .odoo-editor-editable",
            run: "editor Contabilidad de la empresa",
        },
        {
            content: "Series",
            trigger: ".o_notebook a[name=l10n_co_series]",
            run: "click",
        },
        {
            content: "The series of his invoices",
            trigger: ".o_field_widget[name=l10n_co_invoice_journal_id] input",
            run: "edit Ventas de Cali",
        },
        {
            content: "It is offered",
            trigger: ".ui-autocomplete a:contains(Ventas de Cali)",
            run: "click",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "It is saved; back to the look of his mails",
            trigger: ".o_form_saved .o_notebook a[name=l10n_co_sending]",
            run: "click",
        },
        {
            content: "The preview shows the footer",
            trigger: ".o_field_widget[name=l10n_co_mail_preview] :contains(Contabilidad de la empresa)",
        },
        {
            content: "Keys",
            trigger: ".o_notebook a[name=l10n_co_api]",
            run: "click",
        },
        {
            content: "Make one",
            trigger: "button[name=api_key_wizard]",
            run: "click",
        },
        {
            content: "Odoo asks who he is",
            trigger: ".modal .o_field_widget[name=password] input",
            run: "edit auxiliar",
        },
        {
            content: "He says so",
            trigger: ".modal button[name=run_check]",
            run: "click",
        },
        {
            content: "What the key is for",
            trigger: ".modal .o_field_widget[name=name] input",
            run: "edit Programa de tesorería",
        },
        {
            content: "Make it",
            trigger: ".modal button[name=make_key]",
            run: "click",
        },
        {
            content: "It is shown once",
            trigger: ".modal .o_field_widget[name=key]",
        },
        {
            content: "Done",
            trigger: ".modal button[special=cancel]",
            run: "click",
        },
        {
            content: "It is listed",
            trigger: "body:not(:has(.modal)) .o_kanban_record:contains(Programa de tesorería)",
        },
    ],
});

/** A link to it in a mail, or what a person typed: his own page, whoever he is; also when it is loaded once more. */
registry.category("web_tour.tours").add("l10n_co_my_mail_link", {
    url: "/odoo/my-mail",
    steps: () => [
        {
            content: "His own account",
            trigger: ".o_field_widget[name=l10n_co_mail_address] input:value(maria@comprador.example.com)",
        },
        {
            content: "No new user",
            trigger: ".o_breadcrumb .active:contains(María Auxiliar)",
        },
    ],
});
