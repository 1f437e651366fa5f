/* The same bits from every compiler and at every optimization: the spikes and the whole final state
 * of every method under a varied stimulus, as one number for each method. tests/run.sh runs this by
 * gcc, on other architectures too; tests/long.sh by clang, with sanitizers and at -O0 and -O3 as
 * well. */
#include "support.h"

#include <stdbool.h>

static const struct golden {
    izh_method method;
    int32_t events;
    uint64_t hash;
} golden[] = {
#define SOLVER_BITS(method, events, hash) {method, events, hash},
#include "methods.def"
};

static uint64_t mix(uint64_t hash, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001b3); /* FNV-1a */
    return hash;
}

/* The bits of a double, low byte first on every machine. */
static uint64_t mix_double(uint64_t hash, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    for (int i = 0; i < 8; i++, bits >>= 8)
        hash = mix(hash, &(unsigned char){(unsigned char)bits}, 1);
    return hash;
}

/* The spikes and the whole final state under a varied stimulus. */
static uint64_t run(const izh_solver_config *config)
{
    static struct spikes spikes;
    static const izh_segment stimulus[] = {
        {5, 40, 0}, {50.3, 110, .25}, {150, 300, -1}, {220, 90, 0}};
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    unsigned char blob[4096];
    izh_solver *s = support_create(config);
    spikes.n = 0;
    check_ok(izh_solver_set_stimulus(s, stimulus, LENGTH(stimulus)), s);
    check_ok(izh_solver_on_spike(s, support_spike, &spikes), s);
    check_ok(izh_solver_run(s, SUPPORT_UNTIL), s);
    check_true(spikes.n > 2);
    for (size_t k = 0; k < spikes.n; k++)
        hash = mix_double(hash, spikes.event[k].t);
    const size_t size = izh_solver_save(s, blob, sizeof blob);
    check_true(size <= sizeof blob);
    izh_solver_destroy(s);
    return mix(hash, blob, size);
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
