.DEFAULT_GOAL := help
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
APPS := accounts cart catalog logistics notifications orders payments recommendations search shop wishlist

# What apps were built against, and what they would meet now.
RELEASED ?= docs/api/released.json
SCHEMA ?= docs/api/openapi.json
OASDIFF_VERSION := v1.37.0
OASDIFF := var/tools/oasdiff-$(OASDIFF_VERSION)/oasdiff

.PHONY: help install run test servers servers-stop servers-status test-servers lint messages fmt
.PHONY: schema schema-check schema-release client mobile

help:  ## list what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-14s %s\n", $$1, $$2}'

$(VENV)/.runtime: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.runtime

install: $(VENV)/.dev  ## install everything, tools for development included

run: $(VENV)/.runtime  ## start the whole shop (PORT=8000), with demo data; Ctrl-C stops it
	@$(BIN)/python -m shop.run

test: $(VENV)/.dev  ## run the test suite (ARGS="-n 2": two workers) on servers of its own
	$(BIN)/pytest $(ARGS)

servers: $(VENV)/.dev  ## start the real servers on this machine, without Docker; they stay up
	@$(BIN)/python -m deploy.native up

servers-stop: $(VENV)/.dev  ## stop them; their data stays
	@$(BIN)/python -m deploy.native down

servers-status: $(VENV)/.dev  ## show where they are, whether they answer and what memory they take
	@$(BIN)/python -m deploy.native status

test-servers: $(VENV)/.dev  ## run the tests that need the real servers
	REAL_SERVERS=1 $(BIN)/pytest -m "servers or (processes and not app)" $(ARGS)

lint: $(VENV)/.dev  ## check style, types, layers and migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

messages: $(VENV)/.runtime  ## collect the texts of the API, and compile their translations
	$(BIN)/pybabel -q extract -k gettext_lazy -k gettext_noop --sort-output --no-location \
		--omit-header -o var/messages.pot $(APPS)
	$(BIN)/pybabel -q update -i var/messages.pot -d locale -D django -l es \
		--no-fuzzy-matching --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d locale -D django

fmt: $(VENV)/.dev  ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: $(VENV)/.dev  ## write the API's schema to docs/api/openapi.json
	@mkdir -p var
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --format openapi-json --file var/openapi.json
	$(BIN)/python -m json.tool --indent 1 --no-ensure-ascii var/openapi.json $(SCHEMA)

schema-check: $(OASDIFF)  ## refuse a schema that breaks apps of the last release (needs Go)
	$(OASDIFF) breaking $(RELEASED) $(SCHEMA) --fail-on WARN --severity-levels docs/api/oasdiff-levels.txt

schema-release: schema-check  ## from now on apps may rely on the schema as it is
	cp $(SCHEMA) $(RELEASED)

# The shop that `make run` has started last from this folder.
SHOP_URL ?= http://localhost:$(or $(shell cat var/port 2>/dev/null),8000)
NODE_MODULES := examples/mobile/node_modules/.package-lock.json

client: $(NODE_MODULES)  ## generate the TypeScript client from the schema and compile the example app (needs Node)
	cd examples/mobile && npm run check

mobile: $(NODE_MODULES)  ## the example app in front of the running shop (needs Node; LIVE_URL= if it is elsewhere)
	cd examples/mobile && SHOP_URL=$(SHOP_URL) npm run dev

$(NODE_MODULES): examples/mobile/package-lock.json
	@command -v npm >/dev/null || { echo "The example app needs Node 20.19 or later." >&2; exit 1; }
	cd examples/mobile && npm ci --no-audit --no-fund
	@touch $@

$(OASDIFF):
	@command -v go >/dev/null || { echo "make schema-check needs Go 1.26 or later: it builds oasdiff." >&2; exit 1; }
	GOBIN=$(CURDIR)/$(@D) go install github.com/oasdiff/oasdiff@$(OASDIFF_VERSION)
