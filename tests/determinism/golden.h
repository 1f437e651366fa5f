/* One neuron's bits as a number: what test_golden.c runs here and tests/embedded/golden.c without a
 * system. It needs nothing of a C library but memcpy. */
#ifndef IZH_TESTS_GOLDEN_H
#define IZH_TESTS_GOLDEN_H

#include <stdint.h>
#include <string.h>

#include <izh/izh.h>

#define GOLDEN_START UINT64_C(0xcbf29ce484222325)
#define GOLDEN_UNTIL 400.

static inline uint64_t golden_mix(uint64_t hash, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001b3); /* FNV-1a */
    return hash;
}

/* The bits of a double, low byte first on every machine. */
static inline uint64_t golden_mix_double(uint64_t hash, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    for (int i = 0; i < 8; i++, bits >>= 8)
        hash = golden_mix(hash, &(unsigned char){(unsigned char)bits}, 1);
    return hash;
}

struct golden_run {
    uint64_t hash;
    size_t spikes;
    izh_status status;
};

static inline int32_t golden_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    struct golden_run *run = user;
    (void)after;
    run->hash = golden_mix_double(run->hash, e->t);
    run->spikes++;
    return IZH_CONTINUE;
}

/* The spikes and the whole final state under a varied stimulus, from t = 0. */
static inline struct golden_run golden_run(izh_solver *s)
{
    static const izh_segment stimulus[] = {
        {5, 40, 0}, {50.3, 110, .25}, {150, 300, -1}, {220, 90, 0}};
    static unsigned char blob[4096];
    struct golden_run run = {GOLDEN_START, 0, IZH_OK};
    run.status = izh_solver_set_stimulus(s, stimulus, sizeof stimulus / sizeof *stimulus);
    if (run.status == IZH_OK)
        run.status = izh_solver_on_spike(s, golden_spike, &run);
    if (run.status == IZH_OK)
        run.status = izh_solver_run(s, GOLDEN_UNTIL);
    const size_t size = izh_solver_save(s, blob, sizeof blob);
    if (size > sizeof blob)
        run.status = IZH_E_MEMORY;
    else
        run.hash = golden_mix(run.hash, blob, size);
    return run;
}

#endif
