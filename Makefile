# make run    a central office and a borne on demonstration sites, in a booted Debian
# make test   everything that can be checked
# make help   the other targets
#
# Nothing needs to be installed first: each target installs what it lacks.

VERSION  ?= 0.1.0
ARCH     := $(shell dpkg --print-architecture)
GO       := packaging/setup/go
# One window system, no endless animations, calls on the Fyne thread only.
TAGS     := x11,no_animations,migrated_fynedo
export GOFLAGS = -tags=$(TAGS) -buildvcs=false
LDFLAGS  := -s -w -X main.version=$(VERSION)
BIN      := build/bin
NFPM     := github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
# Booting a Debian needs root; everything else runs as who calls.
ROOT     := $(CURDIR)/packaging/setup/asroot

.DEFAULT_GOAL := help
.PHONY: help setup build deb run vm test unit e2e escapes forensics chaos crash soak lint bench storybook fuzz clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup:
	@packaging/setup/install

build: setup ## build the four programs into build/bin
	@mkdir -p $(BIN)
	CGO_ENABLED=0 $(GO) build -ldflags '$(LDFLAGS)' -o $(BIN)/ ./cmd/borned ./cmd/borne-admin ./cmd/bornectl
	CGO_ENABLED=1 $(GO) build -ldflags '$(LDFLAGS)' -o $(BIN)/ ./cmd/borne-shell

deb: build ## build the packages into dist
	@mkdir -p dist build/man build/completion
	$(BIN)/bornectl man > build/man/bornectl.1
	@gzip -9nf build/man/bornectl.1
	$(BIN)/bornectl completion bash > build/completion/bornectl.bash
	@rm -f dist/*.deb
	VERSION=$(VERSION) ARCH=$(ARCH) $(GO) run $(NFPM) pkg -f packaging/nfpm/borne-kiosk.yaml -p deb -t dist/
	VERSION=$(VERSION) ARCH=$(ARCH) $(GO) run $(NFPM) pkg -f packaging/nfpm/borne-admin.yaml -p deb -t dist/

run: deb ## run the demonstration; DEMO=script plays a visit by itself
	CGO_ENABLED=0 $(GO) build -o build/demo/ ./packaging/demo/...
	@mkdir -p build/demo/ca
	$(ROOT) build/demo/run -dist dist -demo '$(DEMO)'

vm: deb ## boot the borne in a virtual machine, to see and touch over VNC
	CGO_ENABLED=0 $(GO) build -o build/demo/ ./packaging/vm/cmd/vm
	$(ROOT) build/demo/vm -dist dist

unit: setup ## run the tests that need no installed package, with the race detector
	$(GO) test -exec $(ROOT) -race -timeout 20m $$($(GO) list ./... | grep -vE '/cmd/borne-shell$$|/packaging/e2e')
	$(GO) test -exec $(ROOT) ./cmd/borne-shell # OpenGL through cgo: minutes to build with the race detector

e2e: deb ## run the tests of the installed packages in a booted Debian
	$(GO) test -exec $(ROOT) -count=1 -timeout 30m ./packaging/e2e/...
	$(ROOT) env BORNE_ESCAPES=quick $(GO) test -count=1 -timeout 10m -run '^TestEscapes$$' ./packaging/escapes
	$(ROOT) env BORNE_FORENSICS=2 BORNE_FORENSICS_ENDS='button borned-killed' $(GO) test -count=1 -timeout 10m -run '^TestForensics$$' ./packaging/forensics
	$(ROOT) env BORNE_CHAOS=quick $(GO) test -count=1 -timeout 10m -run '^TestChaos$$' ./packaging/chaos

# VM=no leaves out what needs a virtual machine, emulated in software: a quarter of an hour.
ESCAPES := $(CURDIR)/build/escapes
VM      ?= yes
escapes: deb ## try every way out of a borne and write what became of each into docs/lockdown.md
	@rm -rf $(ESCAPES) && mkdir -p $(ESCAPES)
	@failed= without=; export BORNE_ESCAPES_RESULTS=$(ESCAPES)/results.jsonl BORNE_ARTIFACTS=$${BORNE_ARTIFACTS:-$(ESCAPES)/kept}; \
	$(ROOT) env BORNE_ESCAPES=all BORNE_ESCAPES_VERSIONS=$(ESCAPES)/versions.json \
	  $(GO) test -count=1 -timeout 40m -run '^TestEscapes$$' ./packaging/escapes || failed=yes; \
	if [ '$(VM)' != yes ]; then without='the attempts in a virtual machine: left out on request (VM=$(VM)).'; \
	elif ! command -v qemu-system-x86_64 >/dev/null; then without='the attempts in a virtual machine: qemu-system-x86_64 is not installed.'; \
	else $(ROOT) env BORNE_VM=1 $(GO) test -count=1 -timeout 60m -run '^Test(Escapes|SecondScreen)$$' ./packaging/vm || failed=yes; fi; \
	$(GO) run ./packaging/escapes/report -results $(ESCAPES)/results.jsonl -versions $(ESCAPES)/versions.json \
	  -page docs/lockdown.md -without "$$without" || failed=yes; \
	test -z "$$failed"

# CUTS=0 leaves out the power cuts, which need a virtual machine, emulated in software: two minutes each.
VISITS ?= 200
CUTS   ?= 5
chaos: deb ## break everything under VISITS visits and cut the power CUTS times; SEED= again; writes docs/resilience.md
	@failed=; export BORNE_RESILIENCE=$(CURDIR)/docs/resilience.md BORNE_CHAOS_SEED=$(SEED) BORNE_ARTIFACTS=$${BORNE_ARTIFACTS:-$(CURDIR)/build/chaos}; \
	$(ROOT) env BORNE_CHAOS=$(VISITS) $(GO) test -count=1 -v -timeout 90m -run '^TestChaos$$' ./packaging/chaos || failed=yes; \
	if [ '$(CUTS)' = 0 ] || ! command -v qemu-system-x86_64 >/dev/null; then echo 'no power cuts: CUTS=0, or no qemu-system-x86_64'; \
	else $(ROOT) env BORNE_VM_CUTS=$(CUTS) $(GO) test -count=1 -v -timeout 3h -run '^Test(PowerCuts|ClockJumps)$$' ./packaging/vm || failed=yes; fi; \
	test -z "$$failed"

KILLS ?= 3000
crash: setup ## kill the writer of the usage log KILLS times and tear its file; writes docs/resilience.md
	BORNE_TEST_KILLS=$(KILLS) BORNE_RESILIENCE=$(CURDIR)/docs/resilience.md \
	  $(GO) test -count=1 -v -timeout 2h -run '^Test(KilledWriter|TornWriteAheadLog)$$' ./kiosk/usage

FOR ?= 10m
soak: deb ## visits without pause for FOR (10m), to see what grows; writes docs/resilience.md
	$(ROOT) env BORNE_SOAK=$(FOR) BORNE_RESILIENCE=$(CURDIR)/docs/resilience.md BORNE_ARTIFACTS=$${BORNE_ARTIFACTS:-$(CURDIR)/build/chaos} \
	  $(GO) test -count=1 -v -timeout 24h -run '^TestSoak$$' ./packaging/chaos

FORENSICS := $(CURDIR)/build/forensics
REPEAT    ?= 100
forensics: deb ## look for what REPEAT visits left anywhere and write it into docs/residue.md; SEED= again, VM=no
	@rm -rf $(FORENSICS) && mkdir -p $(FORENSICS)
	@failed= without=; export BORNE_FORENSICS_RESULTS=$(FORENSICS)/results.jsonl BORNE_FORENSICS_SEED=$(SEED) BORNE_ARTIFACTS=$${BORNE_ARTIFACTS:-$(FORENSICS)/kept}; \
	$(ROOT) env BORNE_FORENSICS=$(REPEAT) BORNE_FORENSICS_VERSIONS=$(FORENSICS)/versions.json \
	  $(GO) test -count=1 -v -timeout 3h -run '^TestForensics$$' ./packaging/forensics || failed=yes; \
	if [ '$(VM)' != yes ]; then without='the virtual machine: left out on request (VM=$(VM)).'; \
	elif ! command -v qemu-system-x86_64 >/dev/null; then without='the virtual machine: qemu-system-x86_64 is not installed.'; \
	else for free in 1 0; do \
	  $(ROOT) env BORNE_FORENSICS_VM=init_on_free=$$free $(GO) test -count=1 -v -timeout 60m -run '^TestMachine$$' ./packaging/forensics || failed=yes; done; fi; \
	$(GO) run ./packaging/forensics/report -results $(FORENSICS)/results.jsonl -versions $(FORENSICS)/versions.json \
	  -page docs/residue.md -without "$$without" || failed=yes; \
	test -z "$$failed"

test: unit e2e ## run all tests

lint: setup ## gofmt, go vet, staticcheck
	@bad=$$("$$($(GO) env GOROOT)"/bin/gofmt -l $$(git ls-files '*.go')) || exit 1; test -z "$$bad" || { echo "not gofmt'd:"; echo "$$bad"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) -tags $(TAGS) ./...

# KEEP=yes writes the table into docs/benchmarks.md; VM=no leaves out the boots in a virtual machine, some minutes;
# VM=only makes nothing but these, and prints their row.
# Nothing else may run meanwhile.
# PAGES is of how many days the central office's pages are measured: 760 are 18 million counters, some minutes to make.
PAGES ?= 760
# PAGES_POSTGRES is the same on PostgreSQL, which takes longer to fill. Each page stands in build/bench/pages.*.txt.
PAGES_POSTGRES ?= 190
bench: deb ## measure for some fifteen minutes, as ratios; KEEP=yes writes docs/benchmarks.md
	@mkdir -p build/bench
	[ '$(VM)' = only ] || $(GO) test -run '^$$' -bench 'Decide|Bulk|Connect|IdleTunnels' -benchtime 1s -count 3 ./kiosk/allowlist ./kiosk/egress >build/bench/go.txt || { cat build/bench/go.txt; exit 1; }
	[ '$(VM)' = only ] || $(GO) test -exec '$(ROOT) unshare --net --mount --' -run '^$$' -bench Peers -benchtime 5x -count 3 ./packaging/peers >>build/bench/go.txt || { cat build/bench/go.txt; exit 1; }
	[ '$(VM)' = only ] || $(ROOT) $(GO) test -run '^$$' -bench 'RecordVisit|CheckIn' -benchtime 3s ./kiosk/usage ./admin/api >>build/bench/go.txt || { cat build/bench/go.txt; exit 1; }
	[ '$(VM)' = only ] || $(ROOT) $(GO) test -run '^$$' -bench 'Ingest|LongPolls' -benchtime 3x -timeout 20m ./admin/api ./cmd/borne-admin >>build/bench/go.txt || { cat build/bench/go.txt; exit 1; }
	[ '$(VM)' = only ] || $(ROOT) env BORNE_PAGES_DAYS=$(PAGES) BORNE_PAGES_DAYS_POSTGRESQL=$(PAGES_POSTGRES) BORNE_PAGES_TABLE=$(CURDIR)/build/bench/pages $(GO) test -run '^$$' -bench Pages -benchtime 1x -timeout 90m ./cmd/borne-admin >>build/bench/go.txt || { cat build/bench/go.txt; exit 1; }
	[ '$(VM)' = only ] || $(ROOT) $(GO) test -run '^$$' -bench 'Idle|ScreenChanges|Start' -benchtime 1x -count 3 ./cmd/borne-shell >>build/bench/go.txt || { cat build/bench/go.txt; exit 1; }
	[ '$(VM)' = only ] || $(ROOT) $(GO) test -run '^$$' -bench Visit -benchtime 20x ./kiosk/sandbox >>build/bench/go.txt || { cat build/bench/go.txt; exit 1; }
	$(ROOT) env BORNE_BENCH=1 BORNE_BENCH_GO=$(CURDIR)/build/bench/go.txt BORNE_BENCH_KEEP=$(if $(KEEP),docs/benchmarks.md) \
	  BORNE_BENCH_VM=$(if $(shell command -v qemu-system-x86_64),$(VM)) \
	  $(GO) test -count=1 -v -timeout 30m -run '^TestBench$$' ./packaging/e2e

storybook: setup ## check every screen in every language, size and set of colours, drawn into build/storybook (some twenty minutes)
	@rm -rf build/storybook && mkdir -p build/storybook
	$(GO) test -c -o build/storybook/test ./kiosk/shell
	@cd kiosk/shell && for part in 1 2; do \
	  FYNE_CACHE=30s BORNE_STORYBOOK=$(CURDIR)/build/storybook BORNE_STORYBOOK_PART=$$part/2 \
	    $(CURDIR)/build/storybook/test -test.timeout 1h -test.run 'TestStorybook$$' & all="$$all $$!"; done; \
	  bad=0; for one in $$all; do wait $$one || bad=1; done; exit $$bad

FUZZTIME ?= 20s
fuzz: setup ## run every fuzz target for FUZZTIME
	@for t in $$(grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u); do \
	  for f in $$(grep -hoE '^func Fuzz\w+' $$t/*_test.go | sed 's/func //'); do \
	    echo "$$t $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s $$t || exit 1; done; done

clean: ## remove what was built
	rm -rf build dist
