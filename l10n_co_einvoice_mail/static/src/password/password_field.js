import { useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { CharField, charField } from "@web/views/fields/char/char_field";

/** What is typed is hidden, until the eye beside it is pressed. A stored password is never here to be shown. */
export class PasswordField extends CharField {
    static template = "l10n_co_einvoice_mail.PasswordField";
    static props = { ...CharField.props, repeats: { type: String, optional: true } };
    static defaultProps = { ...CharField.defaultProps, isPassword: true };

    setup() {
        super.setup();
        this.eye = useState({ isOpen: false });
    }

    /** Whether this is the repetition of another field, and not the same. */
    get differs() {
        const { record, name, repeats } = this.props;
        const typed = record.data[name];
        return Boolean(repeats && typed && typed !== record.data[repeats]);
    }

    get eyeTitle() {
        return this.eye.isOpen ? _t("Hide what is typed") : _t("Show what is typed");
    }
}

registry.category("fields").add("l10n_co_password", {
    ...charField,
    component: PasswordField,
    extractProps: (info, dynamic) => ({
        ...charField.extractProps(info, dynamic),
        isPassword: true,
        repeats: info.options.repeats,
    }),
});
