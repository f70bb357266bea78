import { registry } from "@web/core/registry";

/** The password is mistyped: its field stands in the test, with the cursor in it, and the test is done again. */
registry.category("web_tour.tours").add("l10n_co_mended_datum", {
    steps: () => [
        {
            content: "A new mailbox",
            trigger: ".o-kanban-button-new",
            run: "click",
        },
        {
            content: "The address",
            trigger: ".o_field_widget[name=l10n_co_address] input",
            run: "edit facturas@comprador.example.com && press Tab",
        },
        {
            content: "The provider was recognised",
            trigger: ".o_field_widget[name=l10n_co_provider_id] input:value(Bed)",
        },
        {
            content: "A password with a mistake",
            trigger: ".o_field_widget[name=l10n_co_new_password] input",
            run: "edit clave-segur && press Tab",
        },
        {
            content: "The eye shows it",
            trigger: ".o_field_widget[name=l10n_co_new_password] button",
            run: "click",
        },
        {
            content: "It can be read",
            trigger: ".o_field_widget[name=l10n_co_new_password] input[type=text]",
        },
        {
            content: "Typed again otherwise",
            trigger: ".o_field_widget[name=l10n_co_confirm_password] input",
            run: "edit clave-segura && press Tab",
        },
        {
            content: "The difference is marked in its place",
            trigger: ".o_field_widget[name=l10n_co_confirm_password] .text-danger",
        },
        {
            content: "The same mistake once more",
            trigger: ".o_field_widget[name=l10n_co_confirm_password] input",
            run: "edit clave-segur && press Tab",
        },
        {
            content: "No difference any more",
            trigger: ".o_field_widget[name=l10n_co_confirm_password]:not(:has(.text-danger))",
        },
        {
            content: "Test it",
            trigger: "button[name=l10n_co_action_diagnose]",
            run: "click",
        },
        {
            content: "The password is wrong, and its field has the cursor",
            trigger: ".modal:has(.alert-danger) .o_field_widget[name=password] input:focus",
            run: "edit clave-segura && press Tab",
        },
        {
            content: "The report is there to be copied",
            trigger: ".modal .o_btn_text_copy",
        },
        {
            content: "Try again",
            trigger: ".modal-footer button[name=action_try_again]",
            run: "click",
        },
        {
            content: "All is well",
            trigger: ".modal .alert-success",
        },
        {
            content: "Close",
            trigger: ".modal-footer button[special=cancel]:visible",
            run: "click",
        },
        {
            content: "The mailbox is active",
            trigger: ".o_statusbar_status button[data-value=done].o_arrow_button_current",
        },
    ],
});
