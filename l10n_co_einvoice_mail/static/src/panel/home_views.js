import { registry } from "@web/core/registry";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { SaysWhatWasSearched } from "../nothing_found/nothing_found";
import { HomePanel } from "./home_panel";

export class HomeListRenderer extends SaysWhatWasSearched(ListRenderer) {
    static template = "l10n_co_einvoice_mail.HomeListRenderer";
    static components = { ...ListRenderer.components, HomePanel };
}

/** What a line is about is opened among the records of the lines of its kind: the pager leads through them. */
export class TodoListController extends ListController {
    async openRecord(record, { newWindow } = {}) {
        const { kind, count, res_id: target } = record.data;
        const action = await this.model.orm.call(record.resModel, "action_open", [[record.resId]]);
        const props = {};
        if (count === 1 && kind !== "claim") {
            const alike = this.model.root.records.filter((line) => line.data.kind === kind && line.data.count === 1);
            props.resId = target.resId;
            props.resIds = alike.map((line) => line.data.res_id.resId);
        }
        await this.actionService.doAction(action, { newWindow, props });
    }
}

export class HomeKanbanRenderer extends KanbanRenderer {
    static template = "l10n_co_einvoice_mail.HomeKanbanRenderer";
    static components = { ...KanbanRenderer.components, HomePanel };
}

export class MailboxKanbanRenderer extends KanbanRenderer {
    static template = "l10n_co_einvoice_mail.MailboxKanbanRenderer";
    static components = { ...KanbanRenderer.components, HomePanel };
}

const views = registry.category("views");
views.add("l10n_co_todo_list", { ...listView, Controller: TodoListController, Renderer: HomeListRenderer });
views.add("l10n_co_todo_kanban", { ...kanbanView, Renderer: HomeKanbanRenderer });
views.add("l10n_co_mailbox_kanban", { ...kanbanView, Renderer: MailboxKanbanRenderer });
