import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";
import { DocumentationLink } from "@web/views/widgets/documentation_link/documentation_link";

const GUIDE = "/l10n_co_einvoice_mail/guide";

/** Links to our guide lead to the page that the module itself serves, in the reader's language. */
patch(DocumentationLink.prototype, {
    get url() {
        const { path } = this.props;
        if (!path.startsWith(GUIDE)) {
            return super.url;
        }
        const language = user.lang.startsWith("es") ? "es" : "en";
        return `/l10n_co_einvoice_mail/static/guide/${language}.html${path.slice(GUIDE.length)}`;
    },
});
