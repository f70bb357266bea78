# What this repository can do. The logic lies in dev/.
PYTHON = dev/python3
# Ended cleanly even when make itself is killed.
BOUND = setpriv --pdeathsig=TERM
export ODOO_HOME FRESH PORT K PYTEST NO_SKIPS JOBS PART SCALE BENCH_MAILS BENCH_MEMORY_MAILS BENCH_ROWS BENCH_PACK_MAILS BENCH_MAILBOXES BENCH_MILLION BENCH_PROFILE KILLS SEED FUZZ_SECONDS FUZZ_TARGETS

.PHONY: help setup run test test-fast gate lint mutate bench crash fuzz i18n docs screenshots dist

help:
	@echo "make setup   bring Odoo 19.0, PostgreSQL, Dovecot, Chromium and the Python environment"
	@echo "make run     Odoo with demo data on http://127.0.0.1:8069 (FRESH=1 starts over, PORT=8070)"
	@echo "make test    all the tests (K=\"two words\": those in whose name both stand; PYTEST=options)"
	@echo "make test-fast  those that an edit breaks most often, in a minute"
	@echo "make gate    what has to pass before a change goes in: lint and all the tests, none skipped"
	@echo "make lint    style and mistakes"
	@echo "make mutate  single edits that some test has to notice (K=words of their file and tests)"
	@echo "make bench   speed and memory against stock Odoo in the same run (BENCH_MAILS=1600);"
	@echo "             PART=together, sending, year, list, pack or all measures others; SCALE=1 a thousand mailboxes, a million mails"
	@echo "make crash   kills and races: what is lost, doubled or misfiled (KILLS=200)"
	@echo "make fuzz    hostile input, guided by the paths it takes (FUZZ_SECONDS=60 a target)"
	@echo "make i18n    take the terms to translate out of the addon, and name what Spanish lacks"
	@echo "make docs    READMEs and guides out of their fragments and the program's own tables"
	@echo "make screenshots  icon, banner and pictures of the demo, in Spanish and English (FRESH=1 starts over)"
	@echo "make dist    the ZIP for the store; installed, served, upgraded and removed (K=name: those checks)"
	@echo "ODOO_HOME=/path/to/odoo make ... uses an Odoo 19.0 that is there already"

setup:
	@$(PYTHON) -m dev.setup

run:
	@$(PYTHON) -m dev.setup --quiet
	@$(BOUND) .local/venv/bin/python -m dev.run

test:
	@$(PYTHON) -m dev.setup --quiet
	@$(BOUND) .local/venv/bin/python -m dev.test

test-fast:
	@$(PYTHON) -m dev.setup --quiet
	@$(BOUND) .local/venv/bin/python -m dev.test --fast

gate:
	@$(PYTHON) -m dev.setup --quiet
	@NO_SKIPS=1 $(BOUND) .local/venv/bin/python -m dev.test --gate

lint:
	@$(PYTHON) -m dev.setup --quiet
	@.local/venv/bin/python -m dev.lint

mutate:
	@$(PYTHON) -m dev.setup --quiet
	@$(BOUND) .local/venv/bin/python -m dev.mutate

bench:
	@$(PYTHON) -m dev.setup --quiet
	@$(BOUND) .local/venv/bin/python -m dev.bench

crash:
	@$(PYTHON) -m dev.setup --quiet
	@$(BOUND) .local/venv/bin/python -m dev.crash

fuzz:
	@$(PYTHON) -m dev.setup --quiet
	@$(BOUND) .local/venv/bin/python -m dev.fuzz

i18n:
	@$(PYTHON) -m dev.setup --quiet
	@$(BOUND) .local/venv/bin/python -m dev.i18n

docs:
	@$(PYTHON) -m dev.setup --quiet
	@.local/venv/bin/python -m dev.docs

screenshots:
	@$(PYTHON) -m dev.setup --quiet
	@$(BOUND) .local/venv/bin/python -m dev.screenshots

dist:
	@$(PYTHON) -m dev.setup --quiet
	@$(BOUND) .local/venv/bin/python -m dev.dist
