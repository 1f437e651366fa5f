/* The golden bits without a system, and the same program with one: each method of the build by
 * the workload of tests/determinism/test_golden.c, and a population of 16 neurons in single
 * precision, all in an array. Ends with how many were wrong. */
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>

#include <izh/izh.h>

#include "arena.h"
#include "board.h"
#include "determinism/golden.h"

/* What the desktop and every board have: this program prints it where it is another one. */
#define POPULATION_HASH UINT64_C(0xfc02704be587fdc1)
#define POPULATION_SPIKES 244

static alignas(max_align_t) unsigned char memory[1 << 21];
static struct arena arena = {memory, sizeof memory, 0, 0};

static void say(const char *what, uint64_t number, unsigned base)
{
    board_print(what);
    board_print_number(number, base);
}

static void on_error(void *user, izh_status status, const char *message)
{
    (void)user, (void)status;
    board_print(message);
    board_print("\n");
}

/* ---- solvers ---- */

static const struct golden {
    izh_method method;
    int32_t events;
    uint64_t hash;
} golden[] = {
#define SOLVER_BITS(method, events, hash) {method, events, hash},
#include "methods.def"
};

/* The neuron of the golden bits: that of the report, or for a dialect that of the 2003 paper. */
static izh_solver_config config_of(const struct golden *g, bool dialect)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = g->method;
    config.events = g->events;
    config.params = dialect ? izh_params_2003(.02, .2, -65, 8)
                            : izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    config.initial = dialect ? (izh_state){-70, -14} : (izh_state){-60, 0};
    config.allocator = arena_allocator(&arena);
    return config;
}

/* A solver of the method; a dialect refuses the first neuron. */
static izh_solver *create(const struct golden *g)
{
    izh_solver *solver = NULL;
    izh_solver_config config = config_of(g, false);
    if (izh_solver_create(&solver, &config) == IZH_E_UNSUPPORTED) {
        config = config_of(g, true);
        config.log.write = on_error;
        izh_solver_create(&solver, &config);
    }
    return solver;
}

static bool check_solver(const struct golden *g)
{
    arena.most = 0;
    izh_solver *solver = create(g);
    const size_t own = arena.most;
    if (!solver)
        return false;
    const struct golden_run run = golden_run(solver);
    izh_solver_destroy(solver);
    const bool right = run.status == IZH_OK && run.hash == g->hash && run.spikes > 2;
    board_print(izh_method_name(g->method));
    board_print(g->events == IZH_EVENTS_GRID ? " grid" : " exact");
    say(": ", run.hash, 16);
    say(right ? ", " : " WRONG, ", own, 10);
    board_print(" bytes\n");
    return right && arena.used == 0;
}

static int check_solvers(void)
{
    int wrong = 0, here = 0;
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++)
        if (golden[i].method != IZH_PINN && izh_has(izh_method_name(golden[i].method))) {
            here++;
            wrong += !check_solver(&golden[i]);
        }
    return here ? wrong : 1;
}

/* ---- a population ---- */

#ifdef IZH_WITHOUT_POPULATIONS
static int check_population(void)
{
    return 0;
}
#else
#define NEURONS 16

/* Runs 16 neurons of three kinds with noise for a quarter of a second. */
static izh_status run_population(izh_population *p, uint64_t *hash, size_t *spikes)
{
    const izh_params kinds[] = {izh_params_2003(.02, .2, -65, 8), izh_params_2003(.1, .2, -65, 2),
                                izh_params_2003(.02, .2, -50, 2)};
    izh_status status = IZH_OK;
    for (uint32_t i = 0; i < NEURONS && status == IZH_OK; i++) {
        const double I = 4 + .5 * i;
        status = izh_population_set_params(p, i, 1, &kinds[i % 3], 0);
        if (status == IZH_OK)
            status = izh_population_set_current(p, i, 1, &I, 0);
    }
    for (int ms = 25; ms <= 250 && status == IZH_OK; ms += 25) {
        status = izh_population_run(p, ms);
        const izh_spikes s = izh_population_spikes(p);
        for (size_t k = 0; k < s.count; k++)
            *hash = golden_mix_double(*hash, s.data[k].t + 1000. * s.data[k].i);
        *spikes += s.count;
    }
    *hash ^= izh_population_hash(p);
    return status;
}

static int check_population(void)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = NEURONS;
    config.precision = IZH_F32;
    config.noise_sigma = 2;
    config.seed = 2003;
    config.spike_capacity = 64;
    config.block = 8; /* ticks, and memory */
    config.isa = IZH_ISA_SCALAR;
    config.allocator = arena_allocator(&arena);
    config.log.write = on_error;
    arena.most = 0;
    izh_population *p;
    if (izh_population_create(&p, &config) != IZH_OK)
        return 1;
    uint64_t hash = GOLDEN_START;
    size_t spikes = 0;
    const izh_status status = run_population(p, &hash, &spikes);
    izh_population_destroy(p);
    const bool right = status == IZH_OK && hash == POPULATION_HASH && spikes == POPULATION_SPIKES;
    say("population of 16: ", hash, 16);
    say(", spikes ", spikes, 10);
    say(right ? ", " : " WRONG, ", arena.most, 10);
    board_print(" bytes\n");
    return !right;
}
#endif

int main(void)
{
    const int wrong = check_solvers() + check_population();
    board_print(wrong ? "wrong bits\n" : "right bits\n");
    return wrong;
}
