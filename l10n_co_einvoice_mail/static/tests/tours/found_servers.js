import { registry } from "@web/core/registry";

/** The servers of an own domain are found: the form says how, and another of them is chosen before the test. */
registry.category("web_tour.tours").add("l10n_co_found_servers", {
    steps: () => [
        {
            content: "A new mailbox",
            trigger: ".o-kanban-button-new",
            run: "click",
        },
        {
            content: "The address",
            trigger: ".o_field_widget[name=l10n_co_address] input",
            run: "edit compras@otra.example.com && press Tab",
        },
        {
            content: "Where the server's name is from",
            trigger: ".o_field_widget[name=l10n_co_server_origin]:contains(SRV)",
        },
        {
            content: "The one of another domain is said to be so, and is not taken",
            trigger:
                ".o_field_widget[name=l10n_co_way_id] .o_radio_item:contains(imap.hosting.example.net) input:not(:checked)",
        },
        {
            content: "Another way",
            trigger: ".o_field_widget[name=l10n_co_way_id] .o_radio_item:contains(POP3) input",
            run: "click",
        },
        {
            content: "The server's own page",
            trigger: ".o_notebook a[name=advanced]",
            run: "click",
        },
        {
            content: "It is the account's server now",
            trigger: ".o_field_widget[name=server] input:value(pop.otra.example.com)",
        },
        {
            content: "Keep it",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "It is kept",
            trigger: ".o_form_saved",
        },
    ],
});
