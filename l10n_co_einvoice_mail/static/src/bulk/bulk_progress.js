import { Component, onMounted, onWillUnmount, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const LOOK_MILLISECONDS = 1500;

/** Loads a record again, as long as work on it runs in the background: that of a list of accounts. */
export class BulkProgress extends Component {
    static template = xml`<i class="fa fa-spinner fa-spin" role="img" aria-label="..."/>`;
    static props = { ...standardWidgetProps };

    setup() {
        onMounted(() => this.watch());
        onWillUnmount(() => clearTimeout(this.timer));
    }

    watch() {
        this.timer = setTimeout(async () => {
            const { record } = this.props;
            if (!(await record.isDirty())) {
                await record.load();
            }
            if (this.isWaiting(record.data)) {
                this.watch();
            }
        }, LOOK_MILLISECONDS);
    }

    isWaiting(data) {
        return data.waiting_count;
    }
}

registry.category("view_widgets").add("l10n_co_bulk_progress", {
    component: BulkProgress,
    fieldDependencies: [{ name: "waiting_count", type: "integer" }],
});
