/* Reads the quadruple-precision reference beside this file (made by quad.c). */
#ifndef IZH_TEST_REFERENCE_H
#define IZH_TEST_REFERENCE_H

#include <stddef.h>

#include <izh/izh.h>

enum {
    REFERENCE_SPIKES = 512,
    REFERENCE_STATES = 8,
    REFERENCE_SEGMENTS = 128
};

struct reference_case {
    char name[64];
    izh_params params;
    izh_state initial;
    double t_end;
    size_t segments;
    izh_segment stimulus[REFERENCE_SEGMENTS];
    size_t spikes;
    double t[REFERENCE_SPIKES], u[REFERENCE_SPIKES], condition[REFERENCE_SPIKES];
    size_t states;
    double state_t[REFERENCE_STATES];
    izh_state state[REFERENCE_STATES];
};

/* Every case, read from the folder named by the environment's IZH_REFERENCE; ends the program with
 * a message where that cannot be done. */
const struct reference_case *reference_cases(size_t *n);

/* The case of that name. */
const struct reference_case *reference_case(const char *name);

/* The thousand random neurons: their spikes' times and conditions only. */
const struct reference_case *reference_random_cases(size_t *n);

/* The regular spiking neuron under 160 random currents: its spikes' times and conditions only. */
const struct reference_case *reference_flow_cases(size_t *n);

#endif
