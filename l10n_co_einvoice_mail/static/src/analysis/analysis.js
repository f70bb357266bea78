import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { user } from "@web/core/user";
import { formatMonetary } from "@web/views/fields/formatters";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";

const SHOWN = 10;
const TOTAL = "amount_total_signed:sum";
const NAME = "supplier_name:max";

/** Who most was bought from, among what the graph beside it shows; each bar opens its documents. */
export class LargestSuppliers extends Component {
    static template = "l10n_co_einvoice_mail.LargestSuppliers";
    static props = { resModel: String, domain: Array };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ rows: [] });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((props) => this.load(props));
    }

    async load({ resModel, domain }) {
        const groups = await this.orm.formattedReadGroup(resModel, domain, ["supplier_nit"], [TOTAL, NAME], {
            order: `${TOTAL} desc`,
            limit: SHOWN,
        });
        const bought = groups.filter((group) => group.supplier_nit && group[TOTAL] > 0);
        this.state.rows = bought.map((group) => ({
            nit: group.supplier_nit,
            name: group[NAME] || group.supplier_nit,
            total: formatMonetary(group[TOTAL], { currencyId: user.activeCompany.currency_id, digits: [16, 0] }),
            width: Math.max(1, Math.round((100 * group[TOTAL]) / bought[0][TOTAL])),
        }));
    }

    open({ nit, name }) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: this.props.resModel,
            views: [
                [false, "list"],
                [false, "kanban"],
                [false, "form"],
            ],
            domain: [...this.props.domain, ["supplier_nit", "=", nit]],
        });
    }
}

export class AnalysisRenderer extends GraphRenderer {
    static template = "l10n_co_einvoice_mail.AnalysisRenderer";
    static components = { ...GraphRenderer.components, LargestSuppliers };
}

registry.category("views").add("l10n_co_analysis", { ...graphView, Renderer: AnalysisRenderer });
