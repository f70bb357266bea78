import { Component, onMounted, onWillUnmount, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const LOOK_MILLISECONDS = 700;

/** Runs a new diagnosis as soon as its form is open, and shows the steps as the server commits them. */
export class DiagnosisRunner extends Component {
    static template = xml`<i t-if="props.record.data.state !== 'done'" class="fa fa-spinner fa-spin me-2" role="img" aria-label="..."/>`;
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        onMounted(() => this.run());
        onWillUnmount(() => this.stop());
    }

    async run() {
        const { record } = this.props;
        if (record.data.state !== "new") {
            return;
        }
        this.isOpen = true;
        const run = this.orm.silent.call(record.resModel, "run_live", [[record.resId]]);
        this.watch();
        try {
            await run;
        } finally {
            const wasOpen = this.isOpen;
            this.stop();
            if (wasOpen) {
                await record.load();
            }
        }
    }

    watch() {
        this.timer = setTimeout(async () => {
            await this.props.record.load();
            if (this.isOpen) {
                this.watch();
            }
        }, LOOK_MILLISECONDS);
    }

    stop() {
        this.isOpen = false;
        clearTimeout(this.timer);
    }
}

registry.category("view_widgets").add("l10n_co_diagnosis_runner", {
    component: DiagnosisRunner,
    fieldDependencies: [{ name: "state", type: "selection" }],
});
