import { registry } from "@web/core/registry";

/** An accountant lays a rule down, sees what it would have done, and switches it on. */
registry.category("web_tour.tours").add("l10n_co_bill_rule", {
    url: "/odoo/einvoice-bill-rules",
    steps: () => [
        {
            content: "A new rule",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Its name",
            trigger: ".o_field_widget[name=name] input",
            run: "edit Internet de la sede",
        },
        {
            content: "When: the words of the description",
            trigger: ".o_field_widget[name=words] input",
            run: "edit internet",
        },
        {
            content: "Then: the account",
            trigger: ".o_field_widget[name=account_id] input",
            run: "edit Internet de prueba",
        },
        {
            content: "Take it",
            trigger: ".o-autocomplete--dropdown-item:contains(Internet de prueba) a",
            run: "click",
        },
        {
            content: "Bills that it codes may confirm themselves",
            trigger: ".o_field_widget[name=may_confirm] input",
            run: "click",
        },
        {
            content: "Try it on the bills of the past",
            trigger: "button[name=action_try].btn-primary",
            run: "click",
        },
        {
            content: "It says how many lines it would have met, and with how many it agrees",
            trigger: ".alert-info .o_field_widget[name=met_count]:contains(6)",
        },
        {
            content: "Switch it on",
            trigger: "button[name=action_switch_on]",
            run: "click",
        },
        {
            content: "It is on",
            trigger: "button[name=action_switch_off]",
        },
    ],
});

/** The bills that confirmed themselves on a day go back to draft with one click. */
registry.category("web_tour.tours").add("l10n_co_confirmed_day", {
    url: "/odoo/einvoice-confirmed-bills",
    steps: () => [
        {
            content: "The day",
            trigger: ".o_data_row .o_data_cell[name=date]",
            run: "click",
        },
        {
            content: "Its bill",
            trigger: ".o_field_widget[name=move_ids] .o_data_row:contains(FE7)",
        },
        {
            content: "Back to draft",
            trigger: "button[name=action_take_back]",
            run: "click",
        },
        {
            content: "All of them",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "None stands any more",
            trigger: ".o_field_widget[name=standing_count]:contains(0)",
        },
    ],
});
