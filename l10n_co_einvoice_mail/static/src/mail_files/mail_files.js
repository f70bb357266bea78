import { Component, onWillStart } from "@odoo/owl";
import { FileModel } from "@web/core/file_viewer/file_model";
import { useFileViewer } from "@web/core/file_viewer/file_viewer_hook";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A file in a mail: it has no record of its own, and is taken out of the mail when it is looked at. */
class MailFile extends FileModel {
    get urlRoute() {
        return this.url;
    }

    get urlQueryParams() {
        return {};
    }
}

/** The files of a mail: each can be looked at, downloaded, and a PDF become a bill. */
export class MailFilesField extends Component {
    static template = "l10n_co_einvoice_mail.MailFilesField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.viewer = useFileViewer();
        onWillStart(async () => {
            this.mayBill = await user.hasGroup("account.group_account_invoice");
        });
    }

    get files() {
        const data = this.props.record.data[this.props.name] || [];
        return data.map((file) => Object.assign(new MailFile(), file, { id: file.index }));
    }

    size(file) {
        return `${formatFloat(file.size / 1024, { digits: [0, 0] })} kB`;
    }

    open(file) {
        const { files } = this;
        this.viewer.open(files.find((other) => other.index === file.index), files);
    }

    async bill(file) {
        const { resModel, resId } = this.props.record;
        this.action.doAction(await this.orm.call(resModel, "action_bill_from_file", [[resId], file.index]));
    }
}

registry.category("fields").add("l10n_co_mail_files", {
    component: MailFilesField,
    supportedTypes: ["json"],
});
