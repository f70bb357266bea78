import { registry } from "@web/core/registry";

/** The accounts of several users, in Spanish: loaded, two passwords typed, one pasted, tested, applied. */
registry.category("web_tour.tours").add("l10n_co_users_accounts", {
    url: "/odoo/einvoice-users-accounts",
    steps: () => [
        {
            content: "Mail domain of the company, and the server of its provider, are there",
            trigger: ".o_field_widget[name=smtp_host] input:value(localhost)",
        },
        {
            content: "Load the users",
            trigger: "button[name=action_load_users]",
            run: "click",
        },
        {
            content: "Addresses are proposed; what is missing is told in Spanish",
            trigger: ".o_data_row:contains(laura.gomez@comprador.example.com):contains(Falta)",
        },
        {
            content: "The first user's password",
            trigger: ".o_data_row:contains(laura.gomez) [name=password]",
            run: "click",
        },
        {
            trigger: ".o_selected_row [name=password] input",
            run: "edit clave-segura",
        },
        {
            content: "The others from a spreadsheet",
            trigger: ".nav-link[name=sheet]",
            run: "click",
        },
        {
            trigger: "[name=pasted] textarea",
            run: "edit Pedro Ruiz\tclave-segura",
        },
        {
            trigger: "button[name=action_take_over]",
            run: "click",
        },
        {
            content: "One row was taken over, and its text is gone",
            trigger: "[name=notice]:contains(Filas pasadas a la lista: 1)",
        },
        {
            trigger: "[name=pasted] textarea:value()",
        },
        {
            trigger: ".nav-link[name=users]",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(pedro.ruiz):contains(Por probar)",
        },
        {
            content: "See a mail of this user",
            trigger: ".o_data_row:contains(pedro.ruiz) button[name=action_preview]",
            run: "click",
        },
        {
            trigger: ".modal [name=preview] p",
        },
        {
            trigger: ".modal-footer button[special=cancel]",
            run: "click",
        },
        {
            content: "Test all",
            trigger: "body:not(:has(.modal)) button[name=action_test]",
            run: "click",
        },
        {
            content: "The results come by themselves",
            trigger: ".o_data_row:contains(laura.gomez):contains(Lista)",
            timeout: 60000,
        },
        {
            trigger: "button[name=action_apply]",
            run: "click",
        },
        {
            content: "Both are set up",
            trigger: "[name=notice]:contains(Configuradas: 2)",
        },
        {
            trigger: ".o_data_row:contains(pedro.ruiz):contains(Terminado)",
        },
    ],
});
