import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const LOOK_MILLISECONDS = 700;

/** Runs a new diagnosis as soon as its form is open, shows the steps as the server commits them and how long the mail
 * server may still take for the present one, and puts the cursor into the field of the datum that is wrong. */
export class DiagnosisRunner extends Component {
    static template = "l10n_co_einvoice_mail.DiagnosisRunner";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.root = useRef("root");
        this.clock = useState({ left: 0 });
        onMounted(() => this.run());
        onWillUnmount(() => this.stop());
    }

    get isRunning() {
        return this.props.record.data.state !== "done";
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
                requestAnimationFrame(() => this.focus());
            }
        }
    }

    watch() {
        this.timer = setTimeout(async () => {
            await this.props.record.load();
            this.count();
            if (this.isOpen) {
                this.watch();
            }
        }, LOOK_MILLISECONDS);
    }

    /** The server tells how long a step may take; since when it is at it, the page has seen itself. */
    count() {
        const { step_ids, patience } = this.props.record.data;
        if (step_ids.count !== this.steps) {
            this.steps = step_ids.count;
            this.since = Date.now();
        }
        const waited = (Date.now() - this.since) / 1000;
        this.clock.left = Math.max(0, Math.ceil(patience - waited));
    }

    focus() {
        const [wrong] = (this.props.record.data.mends || "").split(",");
        const form = this.root.el?.closest(".o_form_view");
        if (wrong && form) {
            const input = form.querySelector(`.o_l10n_co_mend [name=${wrong}] :is(input, select)`);
            input?.focus();
            input?.select?.();
        }
    }

    stop() {
        this.isOpen = false;
        clearTimeout(this.timer);
    }
}

registry.category("view_widgets").add("l10n_co_diagnosis_runner", {
    component: DiagnosisRunner,
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "patience", type: "integer" },
        { name: "mends", type: "char" },
    ],
});
