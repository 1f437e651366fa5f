/* Short-term plasticity (M. Tsodyks, K. Pawelzik and H. Markram, Neural Comput. 10 (1998) 821): one
 * source spikes at a steady rate through a depressing synapse, a facilitating one, and one that is
 * both. What each spike delivers is printed beside the closed form. Argument: the rate, Hz. */
#include <izh/izh.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define KINDS 3
#define TAU 2.      /* of the currents, ms */
#define WEIGHT 100. /* pA */
#define SPIKES 20

/* The last has no closed form but for where it ends. */
static const izh_stp rules[KINDS] = {{.5, 800, 0}, {.05, 0, 1000}, {.2, 300, 500}};

static void on_error(void *user, izh_status status, const char *message)
{
    (void)user;
    fprintf(stderr, "%s: %s\n", izh_status_name(status), message);
}

/* What is left of something after an interval; a time constant of 0 leaves nothing. */
static double left(double tau, double interval)
{
    return tau > 0 ? exp(-interval / tau) : 0;
}

/* u x at the nth spike, from 0, of a rule that only depresses or only facilitates; at infinity of
 * any. Each of u and x nears its limit by the factor q at every spike. */
static double closed_form(const izh_stp *r, double n, double interval)
{
    const double qu = (1 - r->U) * left(r->tau_facil, interval);
    const double u = r->U / (1 - qu) * (1 - pow(qu, n + 1));
    const double e = left(r->tau_rec, interval), qx = (1 - u) * e;
    const double limit = (1 - e) / (1 - qx);
    return u * (limit + (1 - limit) * pow(qx, n));
}

/* Source 0, which has the number KINDS, to a neuron for each rule: a group each. */
static izh_status connect(izh_network *net)
{
    izh_status status = IZH_OK;
    for (uint32_t k = 0; k < KINDS && status == IZH_OK; k++) {
        uint32_t group;
        izh_group_config config = IZH_GROUP_CONFIG_INIT;
        const izh_synapse synapse = {KINDS, k, 0, 0, WEIGHT};
        config.stp = rules[k];
        status = izh_network_group(net, &config, &group);
        if (status == IZH_OK)
            status = izh_network_connect(net, group, &synapse, 1);
    }
    return status;
}

/* Sends a spike now, and tells by what each current has grown a tick later. */
static izh_status spike(izh_network *net, double *delivered)
{
    double before[KINDS], after[KINDS];
    izh_population *neurons = izh_network_population(net);
    const double t = izh_population_time(neurons), dt = izh_population_dt(neurons);
    const izh_spike now = {t, 0, 0};
    izh_network_get_input(net, 0, 0, KINDS, before);
    izh_status status = izh_network_send(net, &now, 1);
    if (status == IZH_OK)
        status = izh_network_run(net, t + dt);
    izh_network_get_input(net, 0, 0, KINDS, after);
    for (int k = 0; k < KINDS; k++)
        delivered[k] = after[k] * exp(dt / TAU) - before[k];
    return status;
}

static void print(int n, const double *delivered, double interval)
{
    printf("%5d", n + 1);
    for (int k = 0; k < 2; k++)
        printf("  %13.6f  %13.6f", delivered[k], WEIGHT * closed_form(&rules[k], n, interval));
    printf("  %13.6f\n", delivered[2]);
}

static izh_status run(izh_network *net, double interval)
{
    double delivered[KINDS] = {0};
    izh_status status = IZH_OK;
    printf("spike     depressing    closed form   facilitating    closed form           both\n");
    for (int n = 0; status == IZH_OK && n < 10 * SPIKES; n++) {
        status = izh_network_run(net, n * interval);
        if (status == IZH_OK)
            status = spike(net, delivered);
        if (status == IZH_OK && n < SPIKES)
            print(n, delivered, interval);
    }
    printf("in the end");
    for (int k = 0; k < KINDS; k++)
        printf(", %.6f (%.6f)", delivered[k], WEIGHT * closed_form(&rules[k], INFINITY, interval));
    printf("\n");
    return status;
}

int main(int argc, char **argv)
{
    izh_network *net;
    izh_population_config neurons = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    const izh_receptor current = {.kind = IZH_CURRENT, .tau = TAU};
    const double hz = argc > 1 ? strtod(argv[1], NULL) : 20, interval = round(1000 / hz);
    if (!(interval >= 1 && interval <= 1e6)) {
        fprintf(stderr, "usage: short_term [HZ], .001 to 1000\n");
        return 2;
    }
    neurons.n = KINDS;
    neurons.dt = 1;
    neurons.log.write = on_error;
    config.population = &neurons;
    config.sources = 1;
    config.receptors = &current;
    config.receptor_count = 1;
    if (izh_network_create(&net, &config) != IZH_OK)
        return 1;
    izh_status status = connect(net);
    if (status == IZH_OK)
        status = run(net, interval);
    izh_network_destroy(net);
    return status == IZH_OK ? 0 : 1;
}
