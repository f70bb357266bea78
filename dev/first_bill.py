"""Pictures of an empty database: the tour of the first bill, which moves, and a test that names a wrong password."""

import io
import json
import re
import time
from contextlib import contextmanager

from PIL import Image, ImageChops

from . import databases, demo, environment, paths, postgres, serving
from .mailserver import mailbed
from .paths import Problem

from l10n_co_einvoice_mail.tests.tools import builder, samples  # isort: skip - needs the bare packages

DATABASE = "first-bill"
TOUR = "l10n_co_first_bill"
# What the tour types.
ADDRESS, PASSWORD = "facturas@comprador.example.com", "clave-segura"
NUMBER = "TOUR3"
SIZE = (1000, 620)
STEP_MILLISECONDS = 2000
# A picture is shown this long at most, however long the server took, and the last one as long as it takes to read it.
FRAME_MILLISECONDS, LAST_MILLISECONDS = 1200, 4000
COLOURS = 96
PATIENCE = 240  # seconds
LOG = paths.LOGS / "first-bill.log"
READY = "document.querySelector('.o_navbar_apps_menu') && odoo.isReady && odoo.startTour"
# The tour's file is no part of what a user's page loads: it is put into it, without its imports.
FILE = paths.ADDON / "static" / "tests" / "tours" / "first_bill.js"
IMPORT = re.compile(r"^import .*$", re.MULTILINE)
PUT = """(() => {{
    const {{ registry }} = odoo.loader.modules.get("@web/core/registry");
    const trigger = ".o_navbar_apps_menu button:enabled";
    const stepUtils = {{ showAppsMenuItem: () => ({{ trigger, run: "click" }}) }};
    {tour}
    odoo.startTour("{name}", {{ stepDelay: {milliseconds}, redirect: false }});
}})()"""
DONE = "!!document.querySelector('.o_form_view [name=invoice_line_ids] .o_data_row')"
# A mailbox that the server does not know.
STRANGER = "compras@comprador.example.com"
TEST_SIZE = (1200, 860)
TYPED = "document.querySelector('[name=l10n_co_address] input')"
NAMED = "document.querySelector('.modal .alert-danger, .modal .o_l10n_co_mend input')"
# The tour's own pointer belongs to no user's screen.
HIDE = ".o_tour_pointer { display: none !important }"


def take(tab, language, code):
    """:param tab: browser.Browser
    :param str language: "es" or "en"
    :param str code: of the language in Odoo
    :return: (GIF of the first bill, PNG of the test), bytes
    """
    with _served(language, code) as address:
        tab.size(*SIZE)
        tab.log_in(address, DATABASE, demo.LOGIN, demo.LOGIN)
        tab.open(f"{address}/odoo", READY)
        tour = IMPORT.sub("", FILE.read_text())
        tab.evaluate(PUT.format(tour=tour, name=TOUR, milliseconds=STEP_MILLISECONDS))
        moving = _gif(_frames(tab))
        tab.size(*TEST_SIZE)
        tab.open(f"{address}/odoo/einvoice-mailboxes/new", TYPED)
        for step in (_typed("l10n_co_address", STRANGER), _typed("l10n_co_new_password", "x")):
            tab.evaluate(step)
            tab.settle()
        tab.evaluate("document.querySelector('[name=l10n_co_action_diagnose]').click()")
        tab.wait(NAMED)
        tab.settle()
        return moving, tab.picture()


def _typed(name, value):
    return f"""{{
        const input = document.querySelector("[name={name}] input");
        input.value = {json.dumps(value)};
        input.dispatchEvent(new Event("input", {{ bubbles: true }}));
        input.dispatchEvent(new Event("change", {{ bubbles: true }}));
    }}"""


@contextmanager
def _served(language, code):
    """An Odoo whose company has nothing yet, and a mailbox with one invoice; yields its address."""
    with mailbed.MailBed({ADDRESS: PASSWORD}) as bed, bed.trusted(), postgres.opened() as server:
        bed.deliver(ADDRESS, builder.Package(builder.Document(number=NUMBER)).mail)
        databases.copy(server, databases.with_addon(server), DATABASE)
        facts = {
            "imaps": bed.imaps,
            "domain": ADDRESS.partition("@")[2],
            "language": code,
            "name": {"es": "Mi empresa SAS", "en": "My Company SAS"}[language],
            "anchors": samples.trust_anchors(),
            "dian_signer": samples.dian_signer(),
        }
        databases.in_shell(server, DATABASE, demo.prepare_empty, facts)
        [port] = mailbed.free_ports(1)
        try:
            with serving.odoo(DATABASE, port, LOG, environment.of(server)):
                yield serving.address(port)
        finally:
            databases.drop(server, DATABASE)


def _frames(tab):
    """Yield (picture, milliseconds) until the bill is on the screen."""
    deadline = time.monotonic() + PATIENCE
    last, since = None, time.monotonic()
    while True:
        tab.evaluate(_hiding())
        is_done = tab.evaluate(DONE)
        picture = Image.open(io.BytesIO(tab.picture())).convert("RGB")
        now = time.monotonic()
        if last is not None and ImageChops.difference(picture, last).getbbox():
            yield last, min(FRAME_MILLISECONDS, round((now - since) * 1000))
            since = now
        last = picture
        if is_done:
            yield last, LAST_MILLISECONDS
            return
        if now > deadline:
            raise Problem(f"The tour {TOUR} did not come to the bill. See {LOG}.")


def _hiding():
    style = (
        "document.head.appendChild(Object.assign(document.createElement('style'), {id: 'hide'}))"
    )
    put = f"document.getElementById('hide') || (({style}).textContent = {json.dumps(HIDE)})"
    return f"document.head && ({put})"


def _gif(frames):
    pictures, durations = zip(*frames, strict=True)
    palette = pictures[-1].quantize(COLOURS, dither=Image.Dither.NONE)
    first, *others = (
        picture.quantize(COLOURS, palette=palette, dither=Image.Dither.NONE) for picture in pictures
    )
    written = io.BytesIO()
    first.save(
        written,
        format="GIF",
        save_all=True,
        append_images=others,
        duration=list(durations),
        loop=0,
        optimize=True,
    )
    return written.getvalue()
