/* A half-centre for a robot: two neurons that inhibit each other and tire, so they take turns. Each
 * pulls a joint to its side. The loop is closed: every millisecond the program reads the spikes,
 * moves the joint, and feeds its angle back, as a stretch receptor does. An argument is the
 * strength of the inhibition, nS; with 0 the neurons pull together, and the joint stays. */
#include <izh/izh.h>

#include <stdio.h>
#include <stdlib.h>

#define DURATION 4000  /* ms */
#define DRIVE 300.     /* pA */
#define FEEDBACK 200.  /* pA a radian, against the side to which the joint is turned */
#define PULL .001      /* what a spike adds to the joint's speed, radians/ms */
#define STIFFNESS 4e-5 /* 1/ms^2 */
#define FRICTION .012  /* 1/ms */

struct robot {
    double angle, speed;
    int side, bouts, spikes; /* who pulls; how often they took turns; spikes since then */
    double since;            /* ms */
};

static void on_error(void *user, izh_status status, const char *message)
{
    (void)user;
    fprintf(stderr, "%s: %s\n", izh_status_name(status), message);
}

/* Neuron 0 pulls to the left, to negative angles. */
static void pull(struct robot *r, const izh_spike *spike)
{
    const int side = (int)spike->i;
    if (side != r->side && r->spikes) {
        printf("%7.1f to %7.1f ms: %s, %2d spikes; angle %+.3f\n", r->since, spike->t,
               r->side ? "right" : "left ", r->spikes, r->angle);
        r->bouts++;
    }
    if (side != r->side || !r->spikes) {
        r->since = spike->t;
        r->spikes = 0;
    }
    r->side = side;
    r->spikes++;
    r->speed += side ? PULL : -PULL;
}

static izh_status tick(izh_network *net, struct robot *r, int t)
{
    izh_population *neurons = izh_network_population(net);
    const double I[2] = {DRIVE + FEEDBACK * r->angle, DRIVE - FEEDBACK * r->angle};
    izh_population_set_current(neurons, 0, 2, I, 1);
    const izh_status status = izh_network_run(net, t + 1);
    const izh_spikes spikes = izh_population_spikes(neurons);
    for (size_t k = 0; k < spikes.count; k++)
        pull(r, &spikes.data[k]);
    r->speed -= STIFFNESS * r->angle + FRICTION * r->speed;
    r->angle += r->speed;
    return status;
}

static izh_status set_up(izh_network *net, double inhibition)
{
    /* Slow adaptation (a), much of it (d): that is how they tire. */
    const izh_params params = izh_params_2007(100, .7, -60, -40, 35, .005, 0, -50, 20);
    const izh_state state[2] = {{-60, 0}, {-60, 200}};
    const izh_synapse synapses[2] = {{0, 1, 10, 0, inhibition}, {1, 0, 10, 0, inhibition}};
    const izh_group_config config = IZH_GROUP_CONFIG_INIT;
    uint32_t group;
    izh_population *neurons = izh_network_population(net);
    izh_population_set_params(neurons, 0, 2, &params, 0);
    izh_population_set_state(neurons, 0, 2, state, 1);
    const izh_status status = izh_network_group(net, &config, &group);
    return status == IZH_OK ? izh_network_connect(net, group, synapses, 2) : status;
}

int main(int argc, char **argv)
{
    izh_network *net;
    struct robot robot = {0};
    izh_population_config neurons = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    const izh_receptor gaba = {.kind = IZH_CONDUCTANCE, .tau = 20, .E = -80};
    neurons.n = 2;
    neurons.dt = .1;
    neurons.log.write = on_error;
    config.population = &neurons;
    config.receptors = &gaba;
    config.receptor_count = 1;
    config.in_flight = 100; /* so that a run does not allocate */
    if (izh_network_create(&net, &config) != IZH_OK)
        return 1;
    izh_status status = set_up(net, argc > 1 ? strtod(argv[1], NULL) : 10);
    if (status == IZH_OK)
        status = izh_network_build(net); /* else the first run does, and allocates */
    for (int t = 0; t < DURATION && status == IZH_OK; t++)
        status = tick(net, &robot, t);
    printf("%d turns in %d ms\n", robot.bouts, DURATION);
    izh_network_destroy(net);
    return status == IZH_OK ? 0 : 1;
}
