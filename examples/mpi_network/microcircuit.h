/* A cortical column of four layers, as published, scaled. */
#ifndef MICROCIRCUIT_H
#define MICROCIRCUIT_H

#include <izh/izh.h>

#define POPULATIONS 8
#define TICK .1 /* ms */

struct microcircuit {
    double scale;
    uint64_t seed;
    uint32_t start[POPULATIONS + 1]; /* global number of each population's first neuron */
};

extern const char *const microcircuit_names[POPULATIONS];

/* At least one neuron in each population. */
struct microcircuit microcircuit_of(double scale, uint64_t seed);

/* Which population a neuron belongs to, by its global number. */
int microcircuit_population(const struct microcircuit *m, uint32_t neuron);

/* The receptor of all synapses. */
extern const izh_receptor microcircuit_receptor;

/* Makes the slice's neurons and background, and the synapses onto them. */
izh_status microcircuit_set_up(const struct microcircuit *m, izh_network *net, uint32_t first,
                               uint32_t count);

#endif
