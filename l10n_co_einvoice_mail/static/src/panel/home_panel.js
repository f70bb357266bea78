import { Component, onWillStart, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { DocumentationLink } from "@web/views/widgets/documentation_link/documentation_link";

const ICONS = {
    well: "fa-check-circle text-success",
    attention: "fa-exclamation-circle text-warning",
    trouble: "fa-times-circle text-danger",
    draft: "fa-circle-o text-muted",
};

const LOOK_MILLISECONDS = 2000;

/** Above a view: the steps to the first invoice while they are not done, and then how the mailboxes are. */
export class HomePanel extends Component {
    static components = { DocumentationLink };
    static template = "l10n_co_einvoice_mail.HomePanel";
    static props = { list: Object, showMailboxes: { type: Boolean, optional: true } };
    static defaultProps = { showMailboxes: false };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.icons = ICONS;
        this.state = useState({ steps: [], mailboxes: [], stranger: false, works: [], isBusy: false });
        onWillStart(() => this.load());
        // The list was loaded anew: something was done.
        onWillUpdateProps(() => this.load());
        onWillUnmount(() => clearTimeout(this.timer));
    }

    get active() {
        return this.state.mailboxes.filter((mailbox) => mailbox.state === "done");
    }

    get context() {
        return { ...user.context, allowed_company_ids: user.activeCompanies.map((c) => c.id) };
    }

    async load() {
        const before = this.state.works.length;
        Object.assign(this.state, await this.orm.silent.call("l10n_co.home", "look", [], { context: this.context }));
        this.watch();
        if (this.state.works.length < before) {
            // Work has ended: the list is another one.
            this.props.list.model.load();
        }
    }

    /** Look again after a while, as long as work goes on in the background. */
    watch() {
        clearTimeout(this.timer);
        if (this.state.works.length) {
            this.timer = setTimeout(() => this.load(), LOOK_MILLISECONDS);
        }
    }

    lastRead(mailbox) {
        return mailbox.last_read && deserializeDateTime(mailbox.last_read).toRelative();
    }

    openMailbox(mailbox) {
        return this.action.doAction("l10n_co_einvoice_mail.mailbox_action", {
            viewType: "form",
            props: { resId: mailbox.id },
        });
    }

    go(name) {
        return this.run(() => this.orm.call("l10n_co.home", "go", [name], { context: this.context }));
    }

    takeNit() {
        const { nit } = this.state.stranger;
        return this.run(() => this.orm.call("l10n_co.home", "take_nit", [nit], { context: this.context }));
    }

    addCompany() {
        const { nit } = this.state.stranger;
        return this.run(() => this.orm.call("l10n_co.home", "add_company", [nit], { context: this.context }));
    }

    fetch() {
        return this.run(() =>
            this.orm.call("fetchmail.server", "l10n_co_fetch", [this.active.map((mailbox) => mailbox.id)], {
                context: this.context,
            })
        );
    }

    async run(call) {
        this.state.isBusy = true;
        try {
            const action = await call();
            // The action may leave this page; what stays on it loads the list anew, and with it the panel.
            await this.action.doAction(action, { onClose: () => this.props.list.model.load() });
        } finally {
            this.state.isBusy = false;
        }
    }
}
