"""Pictures for the store page, the READMEs and the guides: `make screenshots`.

Icon and banner are drawn from `dev/store/*.svg`; the screens are photographed in the demo that `make run` serves, in
Spanish and in English. Pictures have one size, so that pages look the same after each run.
"""

import io
import shutil
from dataclasses import dataclass

from PIL import Image

from . import browser, console, first_bill, mailserver, paths, postgres, processes, run, serving
from .console import timed
from .paths import Problem

FOLDER = paths.ADDON / "static" / "description"
DRAWINGS = {"icon": (140, 140), "banner": (1120, 560)}
SOURCES = paths.REPOSITORY / "dev" / "store"
SCREEN = (1400, 860)
LANGUAGES = {"es": "es_CO", "en": "en_US"}
LOGIN = PASSWORD = "admin"  # noqa: S105 - of the demo on loopback
LIST = "document.querySelector('.o_list_view .o_data_row')"
KANBAN = "document.querySelector('.o_kanban_view .o_kanban_record')"
FORM = "document.querySelector('.o_form_view .o_field_widget')"


@dataclass(frozen=True)
class Picture:
    """A screen. `record`: SQL for the id at the end of its address."""

    name: str
    path: str
    ready: str
    record: str = ""
    clear: str = ""  # SQL that puts away what an earlier picture left
    steps: tuple = ()  # JavaScript to be done there, one after the other
    size: tuple = SCREEN


REVIEW = (
    "SELECT id FROM l10n_co_received_document WHERE state = 'review'"
    " ORDER BY reason_code = 'document_changed' DESC, id LIMIT 1"
)
BILL = (
    "SELECT move_id FROM l10n_co_received_document d JOIN account_move m ON m.id = d.move_id"
    " WHERE document_type = '01' ORDER BY coalesce(jsonb_array_length(m.l10n_co_notices), 0), m.id LIMIT 1"
)
ADMINISTRATOR = f"SELECT id FROM res_users WHERE login = '{LOGIN}'"
USERS = "/odoo/einvoice-users-accounts"
FORGET_LIST = (
    "DELETE FROM l10n_co_mail_account_wizard_line; DELETE FROM l10n_co_mail_account_wizard"
)
TYPE_ADDRESS = """
    const input = document.querySelector("[name=l10n_co_address] input");
    input.value = "facturas.miempresa@gmail.com";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
"""
OPEN_FIRST = """
    document.querySelector(".o_data_row .o_data_cell").click();
    new Promise(done => setTimeout(done, 4000))
"""
PDF_IS_SHOWN = "new Promise(done => setTimeout(done, 5000))"
LOAD_USERS = """
    const type = (name, value) => {
        const input = document.querySelector(`[name=${name}] input`);
        input.value = value;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    type("domain", "miempresa.com.co");
    type("smtp_host", "smtp.miempresa.com.co");
    document.querySelector("[name=action_load_users]").click();
    new Promise(done => setTimeout(done, 5000))
"""
PICTURES = (
    Picture("home", "/odoo/einvoices-to-do", LIST),
    Picture("mailboxes", "/odoo/einvoice-mailboxes", KANBAN, size=(1400, 620)),
    Picture("dian_list", "/odoo/einvoices-dian", LIST, steps=(OPEN_FIRST,)),
    Picture(
        "analysis",
        "/odoo/edocuments-analysis",
        "document.querySelector('.o_graph_renderer canvas')",
    ),
    Picture("documents", "/odoo/received-edocuments", LIST),
    Picture("document", "/odoo/received-edocuments/{record}", FORM, REVIEW),
    Picture("mails", "/odoo/received-mails", LIST),
    Picture("bill", "/odoo/vendor-bills/{record}", FORM, BILL, steps=(PDF_IS_SHOWN,)),
    Picture("accounts", USERS, FORM, clear=FORGET_LIST, steps=(LOAD_USERS,)),
    Picture("my_mail", "/odoo/my-mail/{record}", FORM, ADMINISTRATOR),
    Picture("mailbox", "/odoo/einvoice-mailboxes/new", FORM, steps=(TYPE_ADDRESS,)),
)
USUAL_LANGUAGE = (
    "SELECT p.lang FROM res_users u JOIN res_partner p ON p.id = u.partner_id"
    f" WHERE u.login = '{LOGIN}'"
)
# What stands in the way of every page: the tips of a first visit, and menus laid out before their font had come.
CLEAR = (
    "document.querySelectorAll('.o_notification, .o_tour_pointer').forEach(each => each.remove());"
    "window.dispatchEvent(new Event('resize'))"
)

# What was typed for a picture is not kept.
DISCARD = "document.querySelector('.o_form_button_cancel')?.click()"


def main():
    """Draw and photograph everything."""
    processes.end_on_signals()
    with browser.opened() as tab:
        _draw(tab)
        for language, code in LANGUAGES.items():
            with timed(f"first_bill ({language})"):
                moving, test = first_bill.take(tab, language, code)
                (FOLDER / f"first_bill_{language}.gif").write_bytes(moving)
                _save(f"test_{language}", test)
        [port] = mailserver.mailbed.free_ports(1)
        with run.served(port):
            for language, code in LANGUAGES.items():
                _photograph(tab, serving.address(port), language, code)


def _draw(tab):
    """The banner, and the icon that all our addons have."""
    for name, size in DRAWINGS.items():
        tab.size(*size)
        tab.open((SOURCES / f"{name}.svg").as_uri())
        _save(name, tab.picture())
    for addon in set(paths.ADDONS) - {paths.ADDON}:
        folder = addon / "static" / "description"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(FOLDER / "icon.png", folder)


def _photograph(tab, address, language, code):
    """All the screens in one language, which the administrator has meanwhile."""
    tab.log_in(address, run.DATABASE, LOGIN, PASSWORD)
    usual = _sql(USUAL_LANGUAGE)
    tab.open(f"{address}/odoo")
    _speak(tab, code)
    tab.log_in(address, run.DATABASE, LOGIN, PASSWORD)  # a session keeps the language it began with
    try:
        for picture in PICTURES:
            with timed(f"{picture.name} ({language})"):
                _save(f"{picture.name}_{language}", _taken(tab, address, picture))
    finally:
        _speak(tab, usual)


def _taken(tab, address, picture):
    tab.size(*picture.size)
    if picture.clear:
        _rows(picture.clear)
    record = _sql(picture.record) if picture.record else ""
    tab.open(address + picture.path.format(record=record), f"({picture.ready}) && odoo.isReady")
    for step in picture.steps:
        tab.evaluate(step)
        tab.settle()
    tab.evaluate(CLEAR)
    png = tab.picture()
    tab.evaluate(DISCARD)
    return png


def _sql(statement):
    rows = _rows(statement)
    if not rows:
        raise Problem(f"The demo lacks what a picture is to show: {statement}")
    return rows[0]


def _rows(statement):
    with postgres.opened() as server:
        return postgres.sql(server, statement, database=run.DATABASE)


def _speak(tab, code):
    """Let the administrator read this language."""
    tab.call("res.users", "write", [int(_sql(ADMINISTRATOR))], {"lang": code})


def _save(name, png):
    """Write a picture with the colours that it needs, a quarter of its size."""
    image = Image.open(io.BytesIO(png))
    if name not in DRAWINGS:
        image = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    FOLDER.mkdir(parents=True, exist_ok=True)
    image.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    console.main(main)
