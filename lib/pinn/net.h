/* A small network with one hidden layer of tanh units and two outputs. */
#ifndef IZH_LIB_PINN_NET_H
#define IZH_LIB_PINN_NET_H

#include <stdint.h>

#include <izh/solver.h>

#include "util/report.h"

/* Limits and defaults of izh_pinn_network's fields. */
#define IZH_PINN_HIDDEN_MIN 4
#define IZH_PINN_HIDDEN_MAX 24 /* even, as units go in pairs */
#define IZH_PINN_HIDDEN_DEFAULT 16
#define IZH_PINN_POINTS_MIN 4
#define IZH_PINN_POINTS_MAX 32
#define IZH_PINN_POINTS_DEFAULT 20
#define IZH_PINN_SEED_DEFAULT 1
#define IZH_PINN_SHORTEST_DEFAULT 1e-2 /* ms */

/* How many weights a net has: each unit has two into it and two out of it, and there are two
 * biases. */
#define IZH_PINN_WEIGHTS(hidden) (4 * (hidden) + 2)

/* The outputs are out[k] . tanh(in z + shift) + bias[k], for z in [-1, 1]. The units beyond
 * `hidden` are zero. */
struct izh_pinn_net {
    int hidden;
    double in[IZH_PINN_HIDDEN_MAX], shift[IZH_PINN_HIDDEN_MAX];
    double out[2][IZH_PINN_HIDDEN_MAX], bias[2];
};

/* The units at z: f = tanh(in z + shift), df = 1 - f^2. */
struct izh_pinn_units {
    double f[IZH_PINN_HIDDEN_MAX], df[IZH_PINN_HIDDEN_MAX];
};

/* The outputs, and their derivatives with respect to z. */
struct izh_pinn_outputs {
    double n[2], dn[2];
};

/* The name of the first field that is out of range, and its value; NULL if none is. */
const char *izh_pinn_net_fault(const izh_pinn_network *network, double *value);
/* The same check of a config's `pinn`, with a message. */
void izh_check_pinn_net(struct izh_checks *c, const izh_pinn_network *network);

/* The same settings, with the defaults in place of zeros. */
izh_pinn_network izh_pinn_net_defaults(izh_pinn_network settings);

/* Draws units from the seed, spread over [-1, 1]; the outputs are zero. */
void izh_pinn_net_seed(struct izh_pinn_net *net, int hidden, uint64_t seed);

void izh_pinn_net_units(const struct izh_pinn_net *net, double z, struct izh_pinn_units *units);
struct izh_pinn_outputs izh_pinn_net_outputs(const struct izh_pinn_net *net,
                                             const struct izh_pinn_units *units);

/* Adds a step to the weights: in, shift, out[0], out[1], each of length hidden, and bias. If only
 * the outer ones are trained, the step begins with out[0]. */
void izh_pinn_net_add(struct izh_pinn_net *net, const double *step, int only_outer);

#endif
