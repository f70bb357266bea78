import { htmlEscape, markup } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

/**
 * A list that is empty because of what was searched says so, and what that was.
 *
 * @param {typeof ListRenderer} Renderer
 */
export const SaysWhatWasSearched = (Renderer) =>
    class extends Renderer {
        get nothingFound() {
            const facets = this.env.searchModel.facets.filter((facet) => facet.type !== "groupBy");
            if (!facets.length) {
                return this.props.noContentHelp;
            }
            const searched = facets.map(({ title, values }) => [title, values.join(", ")].filter(Boolean).join(" "));
            const found = htmlEscape(_t("Nothing was found for: %s", searched.join(" · ")));
            const advice = htmlEscape(_t("Take a word or a filter away above."));
            return markup(`<p class="o_view_nocontent_empty_folder">${found}</p><p>${advice}</p>`);
        }
    };

export class DocumentListRenderer extends SaysWhatWasSearched(ListRenderer) {
    static template = "l10n_co_einvoice_mail.DocumentListRenderer";
}

registry.category("views").add("l10n_co_document_list", { ...listView, Renderer: DocumentListRenderer });
