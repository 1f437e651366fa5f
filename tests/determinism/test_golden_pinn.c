/* Training and evaluation give the same bits from every compiler and on every machine: weights,
 * spikes, losses and 10001 states of the report's second, as one number; unit/test_pinn looks
 * at every instruction
 * set. A change that means to change results changes the number, and says so. */
#include "support_pinn.h"

#define GOLDEN UINT64_C(0x4f92f5d707ddbb3a)
#define SAMPLES 10001

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

static void the_reports_second_gives_the_golden_bits(void **state)
{
    (void)state;
    static double t[SAMPLES];
    static izh_state y[SAMPLES];
    const izh_pinn_config config = support_pinn_config();
    izh_pinn *pinn = support_train(&config);
    const size_t size = izh_pinn_save(pinn, NULL, 0);
    unsigned char *blob = malloc(size);
    check_true(blob && izh_pinn_save(pinn, blob, size) == size);
    uint64_t hash = mix(UINT64_C(0xcbf29ce484222325), blob, size);
    for (int i = 0; i < SAMPLES; i++)
        t[i] = .1 * i;
    check_true(izh_pinn_eval(pinn, t, SAMPLES, y) == IZH_OK);
    for (int i = 0; i < SAMPLES; i++)
        hash = mix_double(mix_double(hash, y[i].v), y[i].u);
    if (hash != GOLDEN)
        print_error("the bits are %#018llx\n", (unsigned long long)hash);
    check_true(hash == GOLDEN);
    free(blob);
    izh_pinn_destroy(pinn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_reports_second_gives_the_golden_bits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
