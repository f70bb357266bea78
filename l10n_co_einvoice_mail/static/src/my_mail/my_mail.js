import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Entry of the user's menu: his mail account, sending defaults, series and API keys. */
export function myMailItem(env) {
    return {
        type: "item",
        id: "l10n_co_my_mail",
        description: _t("My mail"),
        callback: async () => {
            const action = await env.services.orm.call("res.users", "l10n_co_action_my_mail");
            env.services.action.doAction(action);
        },
        sequence: 51,
    };
}

registry.category("user_menuitems").add("l10n_co_my_mail", myMailItem);
