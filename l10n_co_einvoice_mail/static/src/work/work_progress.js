import { Component, onMounted, onWillUnmount, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const LOOK_MILLISECONDS = 1500;

/** Shows how far work in the background is, as long as it runs. */
export class WorkProgress extends Component {
    static template = xml`<i class="fa fa-spinner fa-spin" role="img" aria-label="..."/>`;
    static props = { ...standardWidgetProps };

    setup() {
        onMounted(() => this.watch());
        onWillUnmount(() => clearTimeout(this.timer));
    }

    watch() {
        this.timer = setTimeout(async () => {
            await this.props.record.load();
            if (this.props.record.data.state === "running") {
                this.watch();
            }
        }, LOOK_MILLISECONDS);
    }
}

registry.category("view_widgets").add("l10n_co_work_progress", {
    component: WorkProgress,
    fieldDependencies: [{ name: "state", type: "selection" }],
});
