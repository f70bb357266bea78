import { registry } from "@web/core/registry";

const UNSENT = "[name=l10n_co_outgoing_state] .text-bg-danger";

/** A customer signs a quotation on the portal; its mail leaves whoever follows it. */
registry.category("web_tour.tours").add("l10n_co_portal_signature", {
    steps: () => [
        {
            content: "The quotation is signed on its page",
            trigger: ".o_portal_sale_sidebar a[data-bs-target='#modalaccept']",
            run: "click",
        },
        {
            content: "With a name",
            trigger: ".modal .o_web_sign_name_and_signature input",
            run: "edit Cliente SAS",
        },
        {
            content: "Its style is drawn",
            trigger: ".modal canvas.o_web_sign_signature",
            run: "canvasNotEmpty",
        },
        {
            content: "Accept",
            trigger: ".modal .o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is accepted, and no error of a mail server stands in the way",
            trigger: "#quote_content .alert-success",
        },
    ],
});

/** A salesperson sends two invoices at once. */
registry.category("web_tour.tours").add("l10n_co_send_batch", {
    steps: () => [
        {
            content: "Take all of them",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Send",
            trigger: ".o_control_panel button[name=action_send_and_print]",
            run: "click",
        },
        {
            content: "They are sent in the background",
            trigger: ".modal button[name=action_send_and_print]",
            run: "click",
        },
        {
            content: "The dialog is gone",
            trigger: "body:not(:has(.modal)) .o_notification",
        },
    ],
});

/** Afterwards the list says which of them was not sent, and calls only the other one sent. */
registry.category("web_tour.tours").add("l10n_co_batch_outcome", {
    steps: () => [
        {
            content: "One was not sent, and its row says so in the place of «Enviado»",
            trigger: `.o_data_row:has(${UNSENT}):not(:has(td[name=status_in_payment]:contains(Enviado)))`,
        },
        {
            content: "The other one was",
            trigger: `.o_data_row:not(:has(${UNSENT})):has(td[name=status_in_payment]:contains(Enviado))`,
        },
        {
            content: "The invoice says why",
            trigger: `.o_data_row:has(${UNSENT}) td[name=name]`,
            run: "click",
        },
        {
            trigger: ".o_form_view .alert-danger:contains(cliente@otra.example.com)",
        },
        {
            content: "No ribbon says otherwise",
            trigger: ".o_form_view:not(:has(.ribbon:contains(Enviado)))",
        },
    ],
});
