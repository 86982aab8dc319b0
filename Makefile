# Short names for the commands of README.md. Everything goes through CMakePresets.json.
.PHONY: setup build demo test wheel test-doors bench rivals sweep accuracy compared exact sums programs copies arrays dev asan tsan format format-check tidy clean
.DEFAULT_GOAL := build

JOBS ?= 2
CCACHE := $(shell command -v ccache)
ifneq ($(CCACHE),)
export CMAKE_CXX_COMPILER_LAUNCHER ?= $(CCACHE)
endif
SOURCES = find ir passes codegen runtime frontend tests -name '*.h' -o -name '*.cc'

setup:
	@.ci/setup

build/%/build.ninja: CMakePresets.json | setup
	cmake --preset $*

build: build/release/build.ninja | setup
	cmake --build --preset release

demo: build
	PYTHONPATH=build/release/python .venv/bin/python frontend/examples/demo.py

test: build
	ctest --preset release -j $(JOBS)

# Beside torch, JAX, Dask and others: the wheel, in an environment that is made anew when its list changes.
.venv-doors/installed: tests/doors/requirements.txt | setup
	python3 -m venv --clear .venv-doors
	.venv-doors/bin/pip install -q --disable-pip-version-check -r $<
	touch $@

# Of what the build has made; `pip wheel .` builds for itself.
wheel: build
	rm -rf build/wheelhouse
	.venv/bin/python -m pip wheel -q --disable-pip-version-check --no-build-isolation --no-deps -C build-dir=build/release \
	  -C cmake.define.BROADLOOM_TESTS=ON -w build/wheelhouse .

test-doors: wheel .venv-doors/installed
	.venv-doors/bin/python -m pip install -q --disable-pip-version-check --no-deps --force-reinstall build/wheelhouse/*.whl
	.venv-doors/bin/python -m pytest -q -o faulthandler_timeout=300 -o faulthandler_exit_on_timeout=true $(or $(ARGS),tests/doors)

# Functions beside libmvec's, then workloads beside hand-written loops (ARGS="softmax" for some; all of them go to
# docs/benchmarks.md). OpenBLAS chooses its kernels by the machine, whatever the shell says.
bench: build/release/build.ninja | setup
	cmake --build --preset release --target bench
	build/release/bench/functions
	BENCH_RESULTS=build/release/loops.json env -u OPENBLAS_CORETYPE build/release/bench/workloads $(ARGS)
	$(if $(ARGS),,.venv/bin/python tests/bench/report.py loops build/release/loops.json)

# The same work in other libraries, which are installed into an environment of their own.
rivals: build
	[ -x .venv-rivals/bin/python ] || python3 -m venv .venv-rivals
	.venv-rivals/bin/pip install -q -r tests/bench/rivals.txt
	PYTHONPATH=build/release/python env -u OPENBLAS_CORETYPE .venv-rivals/bin/python tests/bench/compare.py \
	  --json build/release/rivals.json $(ARGS)
	$(if $(ARGS),,.venv/bin/python tests/bench/report.py rivals build/release/rivals.json)

# Times for each element at sizes from 10^2 to 10^8 (ARGS="softmax" for some; all of them go to docs/benchmarks.md).
sweep: build
	PYTHONPATH=build/release/python .venv/bin/python tests/bench/sweep.py --json build/release/sweep.json $(ARGS)
	$(if $(ARGS),,.venv/bin/python tests/bench/report.py sweep build/release/sweep.json)

# Exactly rounded operations and casts bit by bit; ARGS="--count 100000000". Errors of sums of many numbers.
exact: build
	PYTHONPATH=build/release/python .venv/bin/python tests/accuracy/exact.py build/release/libaccuracy_reference.so $(ARGS)

sums: build
	PYTHONPATH=build/release/python .venv/bin/python tests/accuracy/sums.py $(ARGS)

# Bytes that idioms allocate, counted; times of operations on whole arrays. Both beside NumPy's, ARGS="sort" for some.
# 10^4 random programs compiled, 10^5 by the reference evaluator; ARGS: "count first-seed" for either
programs: build
	PYTHONPATH=build/release/python .venv/bin/python tests/python/programs.py $(or $(ARGS),10000)
	BROADLOOM_INTERPRET=1 PYTHONPATH=build/release/python .venv/bin/python tests/python/programs.py $(or $(ARGS),100000)

copies arrays: build
	PYTHONPATH=build/release/python .venv/bin/python tests/bench/$@.py $(ARGS)

# Which functions are compared with NumPy, how often, over which dtypes; mismatches. ARGS="test_fft.py" for some.
# The counted call is a line of its own, so tests of the lines that messages name are left to `make test`.
COMPARING = sweep functions reductions complex halves statistics sorting long_lines linalg fft einsum products promotion creation indexing \
            index_arrays keywords wrong_calls float_errors random_graphs bits dlpack grids kinds rearrange joining insertion padding indices writing
compared: build
	cd tests/python && PYTHONPATH=$(CURDIR)/build/release/python:. $(CURDIR)/.venv/bin/python -m pytest -q -p no:cacheprovider \
	  -W ignore::RuntimeWarning -p compared --deselect tests/python/test_float_errors.py::test_the_line_is_that_of_the_operation \
	  --deselect tests/python/test_index_arrays.py::test_faults_are_found_by_the_kernel \
	  --deselect tests/python/test_joining.py::test_a_join_that_does_not_fit_is_refused_when_it_is_computed $(or $(ARGS),$(COMPARING:%=test_%.py))

# Errors of elementary functions; ARGS="--full" takes all float32 inputs (docs/numerics.md).
accuracy: build
	PYTHONPATH=build/release/python .venv/bin/python tests/accuracy/measure.py build/release/libaccuracy_reference.so $(ARGS)

dev asan tsan: %: build/%/build.ninja | setup
	cmake --build --preset $@
	ctest --preset $@ -j $(JOBS)

format:
	@.ci/setup clang-format-19
	$(SOURCES) | xargs -r clang-format-19 -i

format-check:
	@.ci/setup clang-format-19
	$(SOURCES) | xargs -r clang-format-19 --dry-run --Werror

tidy: build/dev/build.ninja
	@.ci/setup clang-tidy-19
	run-clang-tidy-19 -quiet -p build/dev -j $(JOBS) '^$(CURDIR)/(ir|passes|codegen|runtime|frontend)/'

clean:
	rm -rf build
