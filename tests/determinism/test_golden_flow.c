/* A flow map gives the same bits from every compiler and on every machine, trained and used: its
 * blob and the spikes and states of a solver that runs by it, as one number. A change that means to
 * change results changes the number, and says so. */
#include "support_pinn.h"

#define GOLDEN UINT64_C(0x0a62dc39d48e6865)
#define SAMPLES 600

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

static uint64_t mix_blob(uint64_t hash, const izh_flow *flow)
{
    const size_t size = izh_flow_save(flow, NULL, 0);
    unsigned char *blob = malloc(size);
    check_true(blob && izh_flow_save(flow, blob, size) == size);
    hash = mix(hash, blob, size);
    free(blob);
    return hash;
}

/* Constants, slopes, a jump, and a pulse for which windows are trained. */
static uint64_t mix_run(uint64_t hash, const izh_flow *flow)
{
    static const izh_segment stimulus[] = {{7.3, 40, 0},  {50, 70, 0},   {150.25, 70, .5},
                                           {200, 99, -1}, {250, 160, 0}, {252.5, 95, 0}};
    static struct spikes spikes;
    static double t[SAMPLES];
    static izh_state y[SAMPLES];
    izh_solver_config config = support_config(IZH_PINN);
    config.flow = flow;
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_set_stimulus(s, stimulus, LENGTH(stimulus)), s);
    check_ok(izh_solver_on_spike(s, support_spike, &spikes), s);
    for (int i = 0; i < SAMPLES; i++)
        t[i] = .7 * i;
    check_ok(izh_solver_sample(s, t, SAMPLES, y), s);
    check_true(spikes.n >= 3);
    for (size_t i = 0; i < spikes.n; i++)
        hash = mix_double(mix_double(hash, spikes.event[i].t), spikes.event[i].before.u);
    for (int i = 0; i < SAMPLES; i++)
        hash = mix_double(mix_double(hash, y[i].v), y[i].u);
    izh_solver_destroy(s);
    return hash;
}

static void a_map_gives_the_golden_bits(void **state)
{
    (void)state;
    izh_flow_config config = support_flow_config();
    config.units = 16;
    config.points = 300;
    izh_flow *flow = support_train_flow(&config);
    const uint64_t hash = mix_run(mix_blob(UINT64_C(0xf9ab840e81ca8aca), flow), flow);
    if (hash != GOLDEN)
        print_error("the bits are %#018llx\n", (unsigned long long)hash);
    check_true(hash == GOLDEN);
    izh_flow_destroy(flow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_map_gives_the_golden_bits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
