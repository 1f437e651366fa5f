/* The same bits from every compiler and at every optimization: the spikes and the whole final state
 * of every method under a varied stimulus, as one number for each method. tests/run.sh runs this by
 * gcc, on other architectures too; tests/long.sh by clang, with sanitizers and at -O0 and -O3 as
 * well. */
#include "support.h"

#include <stdbool.h>

#include "determinism/golden.h"

static const struct golden {
    izh_method method;
    int32_t events;
    uint64_t hash;
} golden[] = {
#define SOLVER_BITS(method, events, hash) {method, events, hash},
#include "methods.def"
};

static uint64_t run(const izh_solver_config *config)
{
    izh_solver *s = support_create(config);
    struct golden_run result = golden_run(s);
    check_ok(result.status, s);
    check_true(result.spikes > 2);
    izh_solver_destroy(s);
    return result.hash;
}

/* Whether the solver has the golden bits; prints those it has if not. */
static bool check_golden(const izh_solver_config *config)
{
    const uint64_t hash = run(config);
    for (size_t k = 0; k < LENGTH(golden); k++)
        if (golden[k].method == config->method && golden[k].events == config->events &&
            golden[k].hash == hash)
            return true;
    print_error("SOLVER_BITS(%s, %s, 0x%016llx)\n", izh_method_name(config->method),
                config->events == IZH_EVENTS_GRID ? "IZH_EVENTS_GRID" : "IZH_EVENTS_EXACT",
                (unsigned long long)hash);
    return false;
}

static void every_method_gives_the_golden_bits(void **state)
{
    (void)state;
    izh_solver_config config;
    size_t configs = 0, wrong = 0, here = 0;
    for (int i = 0; support_next_or_dialect(&i, &config); configs++)
        wrong += !check_golden(&config);
    for (size_t k = 0; k < LENGTH(golden); k++)
        here += izh_has(izh_method_name(golden[k].method)) != 0;
    check_true(configs == here);
    check_true(wrong == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_method_gives_the_golden_bits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
