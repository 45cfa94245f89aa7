# `make run` and `make test` are all a newcomer needs; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export PYTHONWARNINGS := ignore
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

PY := .venv/bin/python
MODEL := models/settle.tar.gz
TRAINED_FROM := $(filter-out assistant/exercises/animations/%,$(shell find data assistant -name '*.yml' -o -path '*nlu*' -name '*.py' -o -path '*safety*' -name '*.py')) domain.yml config.yml
TESTS ?= tests

.PHONY: run test chat train check check-content topics hazards prove-hazards try score safety-report safety-replies animations tune bench lock setup setup-dev setup-tools help

run: setup $(MODEL) ## set up, train when content changed, serve http://localhost:5005/
	@$(PY) -m assistant.runtime.serve

test: setup-dev check $(MODEL) ## set up and run the whole suite
	@python3 tools/bootstrap.py browser
	@$(PY) -m pytest $(TESTS)

chat: setup $(MODEL) ## talk in the terminal
	@$(PY) -m assistant.authoring.chat

train: setup $(MODEL) ## train when content changed

check: setup-dev setup-tools check-content ## seconds: lint of content and code, before every commit
	@.venv-tools/bin/ruff format --check --quiet . || (echo "Run: .venv-tools/bin/ruff format ." && exit 1)
	@.venv-tools/bin/ruff check --quiet .
	@.venv-tools/bin/mypy --python-executable $(PY) --no-error-summary assistant actions tools
	@$(PY) -m pytest tests/unit/test_house_rules.py
	@$(PY) -m assistant.authoring.topics --check
	@$(PY) -m assistant.authoring.safety_replies --check
	@$(PY) -m assistant.authoring.hazards --check
	@$(PY) -m assistant.authoring.animations --check

check-content: setup ## content alone: file:line: what is wrong, what to write instead
	@$(PY) -m assistant.authoring.check

topics: setup ## make docs/authors/topics.md again: every topic on one page
	@$(PY) -m assistant.authoring.topics

hazards: setup-dev ## make docs/safety/hazards.md again: each hazard, its control and its tests
	@$(PY) -m assistant.authoring.hazards --write

prove-hazards: setup-dev $(MODEL) ## minutes: switch each safety control off; some test must fail (KEEP=1 keeps it)
	@$(PY) -m assistant.authoring.hazards --prove $(if $(KEEP),--keep)

try: setup $(MODEL) ## what is understood and answered: make try SAY="why do i twitch"
	@$(PY) -m assistant.authoring.try_say

score: setup $(MODEL) ## held-out messages: aims, figures, change since the baseline (KEEP=1 renews it)
	@$(PY) -m assistant.authoring.score

safety-report: setup $(MODEL) ## held-out red flags and look-alikes: docs/safety/report.md and .html (minutes)
	@$(PY) -m assistant.authoring.safety_report

safety-replies: setup ## make docs/safety/replies.md again: every safety reply, filled
	@$(PY) -m assistant.authoring.safety_replies

animations: setup-dev ## draw the breathing exercises again: GIF, MP4, still (SHEETS=1 for an overview)
	@$(PY) -m assistant.authoring.animations $(if $(SHEETS),--sheets)

tune: setup-dev ## teach the encoder's last layers the phrases (a quarter of an hour; decision 0018)
	@$(PY) -m assistant.authoring.tune

bench: setup $(MODEL) ## train, start, memory and turn times beside stock Rasa (minutes)
	@$(PY) -m assistant.authoring.bench --write

lock: ## make the locks again from requirements/*.in
	@python3 tools/bootstrap.py lock

setup: ; @python3 tools/bootstrap.py run
setup-dev: ; @python3 tools/bootstrap.py dev
setup-tools: ; @python3 tools/bootstrap.py tools

# A file target: trained only when something it is made from is newer.
$(MODEL): $(TRAINED_FROM) | setup
	@echo "Training ..."
	@mkdir -p models var
	@$(PY) -m assistant.authoring.train

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16
