import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const ACCENTS = /[\u0300-\u036f]/g;

function plain(text) {
    return text.normalize("NFD").replace(ACCENTS, "").toLowerCase();
}

/** The table of all reasons: what Odoo says, what happened, what to do. Each typed word has to stand somewhere in a row. */
export class Reasons extends Component {
    static template = "l10n_co_einvoice_mail.Reasons";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.search = useState({ text: "" });
        useAutofocus();
        onWillStart(async () => {
            const reasons = await this.orm.call("l10n_co.home", "reasons", []);
            this.reasons = reasons.map((reason) => ({
                ...reason,
                words: plain(Object.values(reason).join(" ")),
            }));
        });
    }

    get found() {
        const words = plain(this.search.text).split(/\s+/);
        return this.reasons.filter((reason) => words.every((word) => reason.words.includes(word)));
    }
}

registry.category("actions").add("l10n_co_reasons", Reasons);
