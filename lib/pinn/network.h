/* A small network with one hidden layer of tanh units and two outputs. */
#ifndef IZH_LIB_NETWORK_H
#define IZH_LIB_NETWORK_H

#include <stdint.h>

#include <izh/solver.h>

/* Limits and defaults of izh_pinn_network's fields. */
#define IZH_HIDDEN_MIN 4
#define IZH_HIDDEN_MAX 24 /* even, as units go in pairs */
#define IZH_HIDDEN_DEFAULT 16
#define IZH_POINTS_MIN 4
#define IZH_POINTS_MAX 32
#define IZH_POINTS_DEFAULT 20
#define IZH_SEED_DEFAULT 1
#define IZH_SHORTEST_DEFAULT 1e-2 /* ms */

/* Of a network of so many units: two weights into each, two out of it, two biases. */
#define IZH_WEIGHTS(hidden) (4 * (hidden) + 2)

/* Outputs out[k] . tanh(in z + shift) + bias[k], z in [-1, 1]. The units beyond `hidden` are zero.
 */
struct izh_network {
    int hidden;
    double in[IZH_HIDDEN_MAX], shift[IZH_HIDDEN_MAX];
    double out[2][IZH_HIDDEN_MAX], bias[2];
};

/* What the units are at z: f = tanh(in z + shift), df = 1 - f^2. */
struct izh_units {
    double f[IZH_HIDDEN_MAX], df[IZH_HIDDEN_MAX];
};

/* The outputs, and their derivatives by z. */
struct izh_outputs {
    double n[2], dn[2];
};

/* The name of the first field that is out of range, and its value; NULL when all is well. */
const char *izh_network_fault(const izh_pinn_network *network, double *value);

/* The same with the defaults in place of zeros. */
izh_pinn_network izh_network_defaults(izh_pinn_network network);

/* Units spread over [-1, 1], drawn from the seed; outputs zero. */
void izh_network_seed(struct izh_network *net, int hidden, uint64_t seed);

void izh_network_units(const struct izh_network *net, double z, struct izh_units *units);
struct izh_outputs izh_network_outputs(const struct izh_network *net,
                                       const struct izh_units *units);

/* Adds to the weights: in, shift, out[0], out[1], each of length hidden, and bias. Where only the
 * outer ones are trained, it begins with out[0]. */
void izh_network_add(struct izh_network *net, const double *step, int only_outer);

#endif
