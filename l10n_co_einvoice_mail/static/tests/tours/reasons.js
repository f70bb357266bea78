import { registry } from "@web/core/registry";

/** Somebody looks up what Odoo says, with a word of it and without accents. */
registry.category("web_tour.tours").add("l10n_co_reasons", {
    steps: () => [
        {
            content: "The page says what it is",
            trigger: ".o_l10n_co_reasons h1:contains(/./)",
        },
        {
            content: "All the reasons, and a word of one of them",
            trigger: ".o_l10n_co_reasons:has(.o_l10n_co_reason:nth-child(60)) input",
            run: "edit contrasena aplicacion",
        },
        {
            content: "Few remain, with what to do",
            trigger: ".o_l10n_co_reasons:not(:has(.o_l10n_co_reason:nth-child(20))) .o_l10n_co_reason:contains(contraseña)",
        },
        {
            content: "Nothing has these words",
            trigger: ".o_l10n_co_reasons input",
            run: "edit zzz",
        },
        {
            content: "That is said",
            trigger: ".o_l10n_co_reasons p:contains(zzz)",
        },
    ],
});
