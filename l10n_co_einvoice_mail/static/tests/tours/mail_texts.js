import { registry } from "@web/core/registry";

/** A company's text for its invoices: the document is chosen, variables are picked, the example shows what is sent. */
registry.category("web_tour.tours").add("l10n_co_mail_texts", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: "[name=document_type] input", run: "click" },
        { trigger: ".o_select_menu_item:contains(Factura de venta)", run: "click" },
        { trigger: "[name=document_type] input:value(Factura de venta)" },
        { trigger: "[name=subject] input", run: "edit Documento-" },
        { trigger: "[name=subject] input", run: "click" },
        { trigger: "[name=l10n_co_variables] button:contains(Número)", run: "click" },
        { trigger: "[name=body_html] .odoo-editor-editable", run: "editor Saldo por pagar" },
        { trigger: ".o_form_sheet", run: "click" },
        { trigger: "[name=preview_subject]:contains(Documento)" },
        { trigger: "[name=preview_html]:contains(Saldo por pagar)" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved, .o_form_view:not(:has(.o_form_dirty))" },
        { trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a", run: "click" },
        { trigger: ".o_data_cell:contains({numero})" },
    ],
});
