# `make` alone lists what there is. Pants runs without its daemon here, so that nothing is left running;
# ./pants keeps one and answers faster.
.DEFAULT_GOAL := help
SHELL := /bin/bash
export PANTS_PANTSD := false

DEMO_PARTS := src/python/producer:producer src/python/spark_app:bundle src/python/ops:waybill src/python/sandbox:sandbox
SPARK_HOME_OF_TOOLS := .tools/spark/lib/python3.11/site-packages/pyspark
BENCH_PARTS := src/python/producer:producer src/python/spark_app:bundle src/python/ops:waybill benchmarks:bench
BENCH := MINIO_BINARY=.tools/minio/minio dist/bench.pex --spark-home $(SPARK_HOME_OF_TOOLS)
RUFF := .tools/tools/bin/ruff

.PHONY: help demo test package bench bench-quick bench-by-hand bench-large bench-parts faults mutants soak fuzz types docs edges browser old old-fixture both lint check fmt locks audit clean images sbom up down ps logs java spark tools

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-13s %s\n", $$1, $$2 }'

demo: java spark ## run the built artifacts from the API to a verified lake, on real parts (STAY=1: look at it in the console)
	build-support/package-changed.sh $(DEMO_PARTS)
	dist/sandbox.pex demo --dist dist --folder .demo --spark-home $(SPARK_HOME_OF_TOOLS) \
	  $(if $(STAY),--stay)

test: java spark lint ## lint, type check, run every test, and compare two builds
	build-support/run-tests.sh

package: ## build every artifact into dist/
	build-support/package.sh ::

bench: bench-parts ## every benchmark in turns, 45 minutes; writes benchmarks/results.json and docs/benchmarks.md
	$(BENCH) --results benchmarks/results.json --page docs/benchmarks.md

bench-quick: bench-parts ## the same with fewer turns and records, 8 minutes; to .bench/results.json
	$(BENCH) --quick --results .bench/results.json

bench-by-hand: bench-parts ## what costs benchmarks time without news, 30 minutes; writes benchmarks/by-hand.json and the page
	$(BENCH) --by-hand --results benchmarks/by-hand.json
	$(BENCH) --page-only --results benchmarks/results.json --page docs/benchmarks.md

bench-large: bench-parts ## twenty million records, 15 minutes; writes benchmarks/large.json and the page
	$(BENCH) --only large --results benchmarks/large.json
	$(BENCH) --page-only --results benchmarks/results.json --page docs/benchmarks.md

bench-parts: java spark
	build-support/package-changed.sh $(BENCH_PARTS)
	build-support/make-minio.sh

faults: java spark tools ## run the whole fault matrix; write its results and docs/guarantees.md
	build-support/run-faults.sh matrix

mutants: java spark ## break a rule of the protocol at a time, and see the matrix fail
	build-support/run-faults.sh mutants

soak: java spark ## random faults under load (MINUTES=30, SEED=…)
	MINUTES=$(or $(MINUTES),30) SEED=$(SEED) build-support/run-faults.sh soak

edges: java spark ## run each verb with each form and mistake of the settings, and built artifacts with each (ARGS=-k …)
	build-support/package-changed.sh $(DEMO_PARTS)
	build-support/run-edges.sh $(ARGS)

browser: java spark ## try the console in Chromium, on Kafka and on the stack; take its pictures (ARGS=-k …)
	build-support/run-browser.sh $(ARGS)

types: java spark ## read the whole value table, and rows of three versions, with every reader that docs/contracts.md names (ARGS=-k …)
	build-support/run-types.sh $(ARGS)

docs: java spark ## run what docs/ has the reader type, word for word, and compare what it prints, some minutes (ARGS=-k …)
	build-support/package-changed.sh src/python/ops:waybill
	build-support/run-docs.sh $(ARGS)

fuzz: java spark ## 10,000 whole records, and ten times the examples of property tests (SEED=…)
	SEED=$(SEED) build-support/run-fuzz.sh

old: java spark ## build the programs of release 0.1.0 into .tools/old/dist
	build-support/make-old.sh

# With the Python and the libraries of 0.1.0's own waybill.pex.
old-fixture: old ## have them write tests/fixtures/v0_1_0 anew, 6 minutes
	PEX_INTERPRETER=1 .tools/old/dist/waybill.pex tests/fixtures/make_v0_1_0.py

both: old ## run 0.1.0 and this release on one lake, 10 minutes
	build-support/package-changed.sh $(DEMO_PARTS)
	PEX_INTERPRETER=1 .tools/old/dist/waybill.pex tests/fixtures/both_releases.py

lint: tools ## look for mistakes and unformatted code
	$(RUFF) check .
	$(RUFF) format --check .

check: ## type check with strict mypy
	./pants --filter-address-regex='-@resolve=(ops|producer|sandbox)' check ::

fmt: tools ## format the code and mend what can be mended
	$(RUFF) check --fix-only --quiet .
	$(RUFF) format .

locks: ## lock every requirement and jar anew (UPGRADE=1: to the newest)
	build-support/make-locks.sh

audit: ## look for known holes in what the locks and the jar manifests name
	build-support/audit.sh

clean: ## remove what was built; .tools/ stays
	rm -rf dist .bench .demo .pants.d .mypy_cache .pytest_cache .ruff_cache .hypothesis

images: ## build the container images
	docker/images.sh

sbom: ## list what lies in each image, in dist/images/*.cdx.json
	docker/sbom.sh

up: ## start the whole stack in containers, and wait for it (PROFILES=core: less of it)
	docker/stack.sh up

down: ## remove the stack, its data and its passwords
	docker/stack.sh down

ps: ## list the stack's containers
	docker/stack.sh ps

logs: ## follow the stack's logs (SERVICE=kafka_connect: of one service)
	docker/stack.sh logs --follow --tail=100 $(SERVICE)

java:
	@build-support/need-java.sh

spark:
	@build-support/make-spark.sh

tools:
	@build-support/make-tools.sh
