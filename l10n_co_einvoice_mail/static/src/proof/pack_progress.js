import { registry } from "@web/core/registry";
import { BulkProgress } from "../bulk/bulk_progress";

/** Shows how far a proof pack is. */
export class PackProgress extends BulkProgress {
    isWaiting(data) {
        return data.state === "waiting";
    }
}

registry.category("view_widgets").add("l10n_co_pack_progress", {
    component: PackProgress,
    fieldDependencies: [{ name: "state", type: "selection" }],
});
