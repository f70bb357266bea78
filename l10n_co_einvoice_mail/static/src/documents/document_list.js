import { fileUploadListView } from "@account/views/file_upload_list/file_upload_list_view";
import { FileUploadListRenderer } from "@account/views/file_upload_list/file_upload_list_renderer";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { SaysWhatWasSearched } from "../nothing_found/nothing_found";

/** The list of documents takes files as the list of bills does, and says what they are. */
export class DroppedDocumentListRenderer extends SaysWhatWasSearched(FileUploadListRenderer) {
    static template = "l10n_co_einvoice_mail.DroppedDocumentListRenderer";

    setup() {
        super.setup();
        this.dropZoneTitle = _t("Drop ZIP or XML here: each becomes a document and its bill.");
    }
}

registry.category("views").add("l10n_co_dropped_document_list", {
    ...fileUploadListView,
    Renderer: DroppedDocumentListRenderer,
});
