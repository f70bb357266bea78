import { registry } from "@web/core/registry";

/** An administrator sets a reception mailbox up from nothing: he types an address and a password, and fetches. */
registry.category("web_tour.tours").add("l10n_co_mailbox_from_nothing", {
    url: "/odoo/einvoice-mailboxes",
    steps: () => [
        {
            content: "A new mailbox",
            trigger: ".o-kanban-button-new",
            run: "click",
        },
        {
            content: "First of two: the address",
            trigger: ".o_field_widget[name=l10n_co_address] input",
            run: "edit facturas@comprador.example.com && press Tab",
        },
        {
            content: "The provider was recognised",
            trigger: ".o_field_widget[name=l10n_co_provider_id] input:value(Bed)",
        },
        {
            content: "Second of two: the password",
            trigger: ".o_field_widget[name=l10n_co_new_password] input",
            run: "edit clave-segura && press Tab",
        },
        {
            content: "Test it",
            trigger: "button[name=l10n_co_action_diagnose]",
            run: "click",
        },
        {
            content: "Every step is shown, and all is well",
            trigger: ".modal .alert-success",
        },
        {
            content: "Close",
            trigger: ".modal-footer button[special=cancel]",
            run: "click",
        },
        {
            content: "Fetch",
            trigger: "body:not(:has(.modal)) button[name=l10n_co_fetch]",
            run: "click",
        },
        {
            content: "The first mail is told",
            trigger: ".o_notification:contains(1)",
        },
    ],
});
