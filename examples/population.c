/* The network of the 2003 paper (E. M. Izhikevich, Simple model of spiking neurons, IEEE Trans.
 * Neural Networks 14) for a second: 800 excitatory and 200 inhibitory neurons, wired all to all,
 * under noise. Numbers, step and events are those of the paper's listing; the random numbers are
 * not Matlab's. */
#include <izh/izh.h>

#include <stdint.h>
#include <stdio.h>

#define EXCITATORY 800
#define N 1000

static double S[N][N]; /* S[j][i]: what a spike of j adds to the current of i in the next ms */

static double uniform(void)
{
    static uint64_t x = 2003;
    x = x * 6364136223846793005u + 1442695040888963407u;
    return (double)(x >> 11) * 0x1p-53;
}

/* Normal enough, with variance 1, and the same on all machines, as log and cos would not be. */
static double normal(void)
{
    double sum = -6;
    for (int k = 0; k < 12; k++)
        sum += uniform();
    return sum;
}

static izh_status set_up(izh_population *p)
{
    izh_status status = IZH_OK;
    for (uint32_t j = 0; j < N && status == IZH_OK; j++) {
        const double r = uniform();
        const izh_params params = j < EXCITATORY
                                      ? izh_params_2003(.02, .2, -65 + 15 * r * r, 8 - 6 * r * r)
                                      : izh_params_2003(.02 + .08 * r, .25 - .05 * r, -65, 2);
        const izh_state state = {-65, params.b_lo * -65};
        for (int i = 0; i < N; i++)
            S[j][i] = j < EXCITATORY ? .5 * uniform() : -uniform();
        status = izh_population_set_params(p, j, 1, &params, 0);
        if (status == IZH_OK)
            status = izh_population_set_state(p, j, 1, &state, 0);
    }
    return status;
}

/* From t to t + 1: noise and the spikes at t are the currents. */
static izh_status tick(izh_population *p, int t)
{
    double I[N];
    for (int i = 0; i < N; i++)
        I[i] = (i < EXCITATORY ? 5 : 2) * normal();
    const izh_spikes fired = izh_population_spikes(p);
    for (size_t k = 0; k < fired.count; k++)
        for (int i = 0; i < N; i++)
            I[i] += S[fired.data[k].i][i];
    const izh_status status = izh_population_set_current(p, 0, N, I, 1);
    return status == IZH_OK ? izh_population_run(p, t + 1) : status;
}

int main(void)
{
    izh_population *p;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = N;
    config.method = IZH_PUBLISHED_2003; /* its tick is 1 ms */
    config.events = IZH_EVENTS_GRID;
    if (izh_population_create(&p, &config) != IZH_OK)
        return 1;

    size_t spikes = 0;
    izh_status status = set_up(p);
    for (int t = 0; t < 1000 && status == IZH_OK; t++) {
        status = tick(p, t);
        spikes += izh_population_spikes(p).count;
    }
    if (status == IZH_OK)
        printf("%zu spikes in 1000 ms: %.3f Hz on average\n", spikes, (double)spikes / N);
    else
        fprintf(stderr, "%s: %s\n", izh_status_name(status), izh_population_message(p));
    izh_population_destroy(p);
    return status == IZH_OK ? 0 : 1;
}
