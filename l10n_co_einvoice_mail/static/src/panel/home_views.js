import { registry } from "@web/core/registry";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { HomePanel } from "./home_panel";

export class HomeListRenderer extends ListRenderer {
    static template = "l10n_co_einvoice_mail.HomeListRenderer";
    static components = { ...ListRenderer.components, HomePanel };
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
views.add("l10n_co_todo_list", { ...listView, Renderer: HomeListRenderer });
views.add("l10n_co_todo_kanban", { ...kanbanView, Renderer: HomeKanbanRenderer });
views.add("l10n_co_mailbox_kanban", { ...kanbanView, Renderer: MailboxKanbanRenderer });
