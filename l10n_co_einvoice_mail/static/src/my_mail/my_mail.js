import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Entry of the user's menu: his mail account, sending defaults, series and API keys. */
export function myMailItem(env) {
    return {
        type: "item",
        id: "l10n_co_my_mail",
        description: _t("My mail"),
        callback: () => env.services.action.doAction("l10n_co_einvoice_mail.open_my_mail_action"),
        sequence: 51,
    };
}

registry.category("user_menuitems").add("l10n_co_my_mail", myMailItem);
