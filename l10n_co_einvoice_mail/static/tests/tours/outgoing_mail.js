import { registry } from "@web/core/registry";

/** A bookkeeper finds what was not sent, reads why, and sends it again. */
registry.category("web_tour.tours").add("l10n_co_outgoing_mail", {
    url: "/odoo/einvoice-sent-emails",
    steps: () => [
        {
            content: "What was not sent stands out",
            trigger: ".o_data_row.text-danger .o_data_cell[name=email_to]",
            run: "click",
        },
        {
            content: "The screen says why, and what to do",
            trigger: ".o_form_view .alert-danger:contains(Probar y activar)",
        },
        {
            content: "The invoice is one click away",
            trigger: "button[name=action_open_document]",
            run: "click",
        },
        {
            content: "It says so too; the account was mended meanwhile: send it again",
            trigger: ".alert-danger button[name=l10n_co_action_resend]",
            run: "click",
        },
        {
            content: "It was sent",
            trigger: ".o_notification:contains(Enviado)",
        },
        {
            content: "Nothing is left to be said",
            trigger: ".o_form_view:not(:has(.alert-danger:not(.o_invisible_modifier)))",
        },
        {
            content: "The invoice's own list of mails",
            trigger: "button[name=l10n_co_action_open_outgoing]",
            run: "click",
        },
        {
            content: "Sent, with what the server answered",
            trigger: ".o_data_row .badge:contains(Enviado)",
        },
    ],
});
