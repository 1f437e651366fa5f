/* The same bits from every compiler and at every optimization: the spikes and the whole final state
 * of every method under a varied stimulus, as one number. tests/run.sh runs this by gcc, on other
 * architectures too; tests/long.sh by clang, with sanitizers and at -O0 and -O3 as well. A change
 * that means to change results changes the number, and says so. */
#include "support.h"

#define GOLDEN UINT64_C(0xeeab2e0cae8ce1a0)

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

static void every_method_gives_the_golden_bits(void **state)
{
    (void)state;
    static struct spikes spikes;
    static const izh_segment stimulus[] = {
        {5, 40, 0}, {50.3, 110, .25}, {150, 300, -1}, {220, 90, 0}};
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    izh_solver_config config;
    for (int i = 0; support_next_or_dialect(&i, &config);) {
        unsigned char blob[4096];
        izh_solver *s = support_create(&config);
        spikes.n = 0;
        check_ok(izh_solver_set_stimulus(s, stimulus, LENGTH(stimulus)), s);
        check_ok(izh_solver_on_spike(s, support_spike, &spikes), s);
        check_ok(izh_solver_run(s, SUPPORT_UNTIL), s);
        check_true(spikes.n > 2);
        for (size_t k = 0; k < spikes.n; k++)
            hash = mix_double(hash, spikes.event[k].t);
        const size_t size = izh_solver_save(s, blob, sizeof blob);
        check_true(size <= sizeof blob);
        hash = mix(hash, blob, size);
        izh_solver_destroy(s);
    }
    if (hash != GOLDEN)
        fail_msg("hash %#llx", (unsigned long long)hash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_method_gives_the_golden_bits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
