/* What the tests of networks share. */
#ifndef IZH_TESTS_SUPPORT_NETWORK_H
#define IZH_TESTS_SUPPORT_NETWORK_H

#include <pthread.h>

#include "support_population.h"

/* The status is expected; else fails with the network's message. */
#define check_network(call, net) check_network_status(call, IZH_OK, net)
#define check_network_status(call, status, net)                                             \
    do {                                                                                    \
        const izh_status got_ = call;                                                       \
        if (got_ != (status))                                                               \
            fail_msg("%s:%d: %s: %s: %s", __FILE__, __LINE__, #call, izh_status_name(got_), \
                     izh_network_message(net));                                             \
    } while (0)

/* Runs to t_end however often it pauses; appends the spikes, unless the train is NULL, whose times
 * do not fall, and returns the last status. */
izh_status network_run(izh_network *net, double t_end, struct train *train);

/* A group with the defaults on a receptor. */
uint32_t network_group(izh_network *net, uint32_t receptor);

/* Makes all n neurons such that no current moves. */
void network_hold(izh_network *net, uint32_t n);

/* Numbers that look like chance, the same ones each time. */
struct chance {
    uint64_t state;
};
uint32_t chance_below(struct chance *c, uint32_t n);
/* From lo to hi. */
double chance_between(struct chance *c, double lo, double hi);

/* ---- a web: mixed neurons, all kinds of receptors ---- */

#define WEB_RECEPTORS 8
#define WEB_SOURCES 23
#define WEB_DELAY_MOST 300

extern const izh_receptor web_receptors[WEB_RECEPTORS];

/* Zero is a whole network of the population's n neurons, whose delays begin at 0. */
struct web {
    izh_population_config population; /* with the place of a slice: first and n */
    uint32_t neurons;                 /* of the whole */
    uint32_t delay_least;             /* over synapses from neurons */
    uint32_t delay_most;              /* 0: 300 */
    uint32_t synapses;                /* of each neuron; 0: 16 */
    int order;                        /* of connecting: 0, 1 or 2 */
    int plain;                        /* 1: no special terms, and weak synapses: none runs away */
    int plastic;   /* 1: some groups are, in all ways; 2: but none that changes at arrivals */
    int whole_stp; /* 1: all have a short-term plasticity that leaves weights as they are */
    size_t in_flight, send_capacity;
    izh_exchange exchange;
};

/* A network of mixed neurons, with noise if the population has it, background, Poisson sources, and
 * spikes sent for the first ticks. A slice has of it what the whole has. */
izh_network *web_create(const struct web *web);

/* ---- slices in one process ---- */

#define SLICES_MOST 8

/* Slices on threads of their own meet here to exchange. */
struct meeting {
    pthread_mutex_t mutex;
    pthread_cond_t all_here;
    unsigned slices, here;
    unsigned long round;
    int broken; /* one of them comes no more */
    const izh_sent *mine[SLICES_MOST];
    size_t count[SLICES_MOST];
};

struct slice {
    struct meeting *meeting;
    unsigned which;
    izh_sent *heard;
    size_t room, calls;
};

void meeting_open(struct meeting *m, unsigned slices);
void meeting_close(struct meeting *m);
/* The others need wait no more. */
void meeting_break(struct meeting *m);
/* An exchange's function; user is a struct slice. Each slice hears in another order. */
izh_status slice_exchange(void *user, const izh_sent *mine, size_t count, const izh_sent **all,
                          size_t *total);

#endif
