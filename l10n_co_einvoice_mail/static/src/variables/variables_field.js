import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The variables of a text, as a list to pick from: a click puts one where the cursor stands. */
export class VariablesField extends Component {
    static template = "l10n_co_einvoice_mail.VariablesField";
    static props = standardFieldProps;

    setup() {
        this.notification = useService("notification");
    }

    get variables() {
        return this.props.record.data[this.props.name] || [];
    }

    insert(token) {
        const target = document.activeElement;
        const isText = target && (target.isContentEditable || target.matches("input, textarea"));
        // The editors' own way in: undo and "unsaved" work as if it had been typed.
        if (!isText || !document.execCommand("insertText", false, token)) {
            this.notification.add(_t("Click first where %s is to stand.", token), { type: "info" });
        }
    }
}

registry.category("fields").add("l10n_co_variables", {
    component: VariablesField,
    supportedTypes: ["jsonb", "json"],
});
