/* The floating-point environment of a host that loads the shared library: as it was after loading,
 * after every run and after unloading, in the default mode and in others. Usage: fenv LIBRARY */
#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include <izh/izh.h>

#include "portable.h"

/* ---- the environment ---- */

#ifndef __GLIBC__ /* others do not let a program ask for traps: nothing to test then */
#define fegetexcept() 0
#define feenableexcept(traps) (void)(traps)
#endif

struct environment {
    int rounding, traps;
    unsigned long sse, x87, fpcr; /* 0 where there is no such word */
};

static struct environment read_environment(void)
{
    struct environment e = {fegetround(), fegetexcept(), 0, 0, 0};
#if defined(__SSE2__)
    e.sse = _mm_getcsr() & ~0x3fu; /* but for the flags */
#endif
#if defined(__x86_64__) || defined(__i386__)
    unsigned short word;
    __asm__ volatile("fnstcw %0" : "=m"(word));
    e.x87 = word;
#elif defined(__aarch64__)
    __asm__ volatile("mrs %0, fpcr" : "=r"(e.fpcr));
#endif
    return e;
}

static struct environment before;
static const char *mode;

static void check(int holds, const char *text, const char *when)
{
    if (holds)
        return;
    fprintf(stderr, "mode %s, after %s: %s\n", mode, when, text);
    exit(1);
}

static void check_environment(const char *when)
{
    const struct environment now = read_environment();
    check(now.rounding == before.rounding, "another rounding", when);
    check(now.traps == before.traps, "other traps", when);
    check(now.sse == before.sse, "another MXCSR", when);
    check(now.x87 == before.x87, "another x87 control word", when);
    check(now.fpcr == before.fpcr, "another FPCR", when);
}

/* ---- the library ---- */

static void *library;

static void find(const char *name, void *function)
{
    void *found = portable_symbol(library, name);
    check(found != NULL, name, "looking it up");
    memcpy(function, &found, sizeof found);
}

/* A pointer to one of its functions. */
#define FIND(pointer, function)        \
    __typeof__(function) *pointer = 0; \
    find(#function, &pointer)

/* To where the solution overflows: what that raises must trap nobody. */
static void run_solver(void)
{
    FIND(params_2003, izh_params_2003);
    FIND(create, izh_solver_create);
    FIND(set_current, izh_solver_set_current);
    FIND(run, izh_solver_run);
    FIND(destroy, izh_solver_destroy);
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izh_solver *solver;
    config.params = params_2003(.02, .2, -65, 8);
    config.initial = (izh_state){-65, -13};
    check(create(&solver, &config) == IZH_OK, "no solver", "loading");
    check_environment("izh_solver_create");
    set_current(solver, 10);
    check(run(solver, 100) == IZH_OK, "no run", "izh_solver_create");
    check_environment("izh_solver_run");
    set_current(solver, 1e300);
    check(run(solver, 200) < 0, "no error", "a run that diverges");
    check_environment("a run that diverges");
    destroy(solver);
    check_environment("izh_solver_destroy");
}

static void run_population(void)
{
    FIND(create, izh_population_create);
    FIND(set_current, izh_population_set_current);
    FIND(run, izh_population_run);
    FIND(destroy, izh_population_destroy);
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    izh_population *population;
    const double I = 10, huge = 1e200;
    config.n = 100;
    config.threads = 2;
    config.noise_sigma = 1;
    check(create(&population, &config) == IZH_OK, "no population", "loading");
    check_environment("izh_population_create");
    set_current(population, 0, config.n, &I, 0);
    check(run(population, 20) == IZH_OK, "no run", "izh_population_create");
    check_environment("izh_population_run");
    set_current(population, 7, 1, &huge, 0);
    check(run(population, 40) < 0, "no error", "a neuron that diverges");
    check_environment("a neuron that diverges");
    destroy(population);
    check_environment("izh_population_destroy");
}

static void load_and_run(const char *path)
{
    before = read_environment();
    feclearexcept(FE_ALL_EXCEPT);
    library = portable_load(path);
    check(library != NULL, "no library", "loading");
    check_environment("loading");
    check(!fetestexcept(FE_ALL_EXCEPT), "flags raised", "loading");
    run_solver();
    run_population();
    portable_unload(library);
    check_environment("unloading");
#if !defined(__linux__) || defined(__GLIBC__) /* musl keeps what it has loaded */
    check(!portable_is_loaded(path), "still loaded", "unloading");
#endif
}

/* Flags are no part of the mode: they may be raised, but those that were stay. */
static void keep_flags(const char *path)
{
    mode = "FE_UPWARD, with flags";
    fesetenv(FE_DFL_ENV);
    fesetround(FE_UPWARD);
    before = read_environment();
    library = portable_load(path);
    check(library != NULL, "no library", "loading");
    feclearexcept(FE_ALL_EXCEPT);
    feraiseexcept(FE_INVALID | FE_DIVBYZERO);
    run_solver();
    run_population();
    check(fetestexcept(FE_INVALID) && fetestexcept(FE_DIVBYZERO), "flags cleared", "the runs");
    portable_unload(library);
}

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        int rounding, traps;
    } modes[] = {{"default", FE_TONEAREST, 0},
                 {"FE_UPWARD", FE_UPWARD, 0},
                 {"FE_DOWNWARD", FE_DOWNWARD, 0},
                 {"FE_TOWARDZERO", FE_TOWARDZERO, 0},
                 {"traps", FE_TONEAREST, FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW}};
    if (count != 2)
        return 2;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        mode = modes[i].name;
        fesetround(modes[i].rounding);
        feclearexcept(FE_ALL_EXCEPT);
        feenableexcept(modes[i].traps); /* -1 where the machine has none: nothing to test then */
        load_and_run(arguments[1]);
    }
    keep_flags(arguments[1]);
    return 0;
}
