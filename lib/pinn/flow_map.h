/* The flow map of a neuron: one network, trained once on the neuron's equations alone. It takes any
 * state under any current on by up to one step.
 *
 * Coordinates. If v turns, v = centre + scale x with x = tan(theta/2), and a single number drives
 * it,
 *
 *     gamma = (rest + I - u)/unit,  rest = k0 - k1^2/(4 k2),  unit = k2 scale^2.
 *
 * In units of a step, sigma = s/h, the neuron is
 *
 *     theta' = omega ((1 - cos theta) + gamma (1 + cos theta))
 *     gamma' = drift + bend sigma - leak gamma - recover x
 *
 * where the current shows in two numbers: drift, and bend, which is 0 unless the current slopes. x
 * has its pole at theta = pi, just beyond the peak. But x is nearly the rate of a logarithm, so
 * that
 *
 *     w = gamma - (recover/omega) ln(cos(theta/2)/cos(theta(0)/2))
 *     w' = drift + bend sigma - leak gamma + recover/2 (gamma - 1) sin theta
 *
 * has no pole. The network learns theta and w.
 *
 * Ansatz. With f and g the rates of theta and w at the start,
 *
 *     theta = theta(0) + f sigma + omega cos^2(theta(0)/2) bend sigma^3/3 + sigma^2 N
 *     w     = gamma(0) + g sigma + bend sigma^2/2                         + sigma^2 M
 *
 * where N and M have the form f N1 + g N2 + g^2 N3 + bend N4. Each of N1 to N4 is a polynomial in
 * sigma, whose coefficients are outputs of one network of theta(0) and gamma(0). The ansatz is
 * exact to first order, whatever the weights, and a neuron at rest stays at rest to the bit. */
#ifndef IZH_LIB_FLOW_MAP_H
#define IZH_LIB_FLOW_MAP_H

#include <stdbool.h>

#include "model/model.h"

enum {
    IZH_FLOW_UNITS_MIN = 8,
    IZH_FLOW_UNITS_MAX = 128, /* even, as units go in pairs */
    IZH_FLOW_UNITS_DEFAULT = 64,
    IZH_FLOW_INPUTS = 4,
    IZH_FLOW_TERMS = 4, /* coefficients of N and M: sigma^2 ... sigma^5 */
    IZH_FLOW_OUTPUTS = 22,
    IZH_FLOW_FACTORS = 4
};

/* Hidden weights stay as they were drawn; outer weights are trained. The last row of the outer ones
 * is the biases'. */
struct izh_flow_net {
    int units;
    double in[IZH_FLOW_INPUTS][IZH_FLOW_UNITS_MAX], shift[IZH_FLOW_UNITS_MAX];
    double out[IZH_FLOW_UNITS_MAX + 1][IZH_FLOW_OUTPUTS];
};

/* What a map is trained for: currents, how steeply they change, and states, up to the peak. */
struct izh_flow_region {
    double I_lo, I_hi, slope;
    double v_lo, u_lo, u_hi;
};

struct izh_flow_map {
    struct izh_model model;
    struct izh_flow_region region;
    double h; /* the longest step, ms */
    double centre, scale, unit, rest;
    double omega, leak, recover;
    double peak; /* the highest peak in the region, mV */
    double theta_lo, theta_peak;
    double peak_sin, peak_cos; /* of theta_peak/2 */
    /* The end of a network's solution, half of the way from the peak to infinity, beyond which v is
     * linear: sine and cosine of theta/2, v, and dv/d(2 sin((theta - hold)/2)). */
    double hold_sin, hold_cos, hold_v, hold_slope;
    double gamma_lo, gamma_hi, drift_lo, drift_hi, bend;
    struct izh_flow_net net;
};

/* Where a step begins. */
struct izh_flow_start {
    izh_state from;
    double slope;    /* of the current, pA/ms */
    double sin, cos; /* of theta/2 */
    double gamma, drift, bend;
};

/* The solution over a step: rates of theta and w at its start, and the coefficients of sigma^2 and
 * of higher powers. */
struct izh_flow_path {
    struct izh_flow_start start;
    double rate[2], term[2][IZH_FLOW_TERMS];
};

/* The rates of theta and w, and their derivatives by theta and by w. */
struct izh_flow_rates {
    double f[2], by[2][2];
};

/* A map without a network: all outer weights 0. */
void izh_flow_set(struct izh_flow_map *map, const izh_params *params,
                  const struct izh_flow_region *region);
/* Why there can be no such map; NULL if there can. */
const char *izh_flow_fault(const struct izh_flow_map *map);
/* Whether a map is of that neuron. */
bool izh_flow_is_of(const struct izh_flow_map *map, const struct izh_model *model);
/* Draws the hidden weights. */
void izh_flow_seed(struct izh_flow_net *net, int units, uint64_t seed);

struct izh_flow_start izh_flow_start(const struct izh_flow_map *map, izh_state from, double I,
                                     double slope);
/* Whether a start lies in what the map was trained for. */
bool izh_flow_covers(const struct izh_flow_map *map, const struct izh_flow_start *start);

/* `units` are the values of the net.units hidden units, and the biases' 1. NULL: as if all outer
 * weights were 0. */
void izh_flow_units(const struct izh_flow_map *map, const struct izh_flow_start *start,
                    double *units);
void izh_flow_path(const struct izh_flow_map *map, const struct izh_flow_start *start,
                   const double *units, struct izh_flow_path *path);

/* How far theta and w have grown since the start and, unless `rate` is NULL, their rates. */
void izh_flow_growth(const struct izh_flow_path *path, double sigma, double x[2], double rate[2]);
struct izh_flow_rates izh_flow_rates(const struct izh_flow_map *map,
                                     const struct izh_flow_start *start, double sigma,
                                     const double x[2]);
izh_state izh_flow_state(const struct izh_flow_map *map, const struct izh_flow_path *path,
                         double sigma);

/* The weights of the residuals of theta and w. They make them shares of the rates at the start, so
 * that an error is one in time, even where the neuron is slow. */
void izh_flow_weigh(const struct izh_flow_map *map, const struct izh_flow_path *path,
                    double weight[2]);
/* The larger one of the two weighted residuals. */
double izh_flow_residual(const struct izh_flow_map *map, const struct izh_flow_path *path,
                         double sigma);

/* The part of the step up to sigma in which theta stays below the highest peak. */
double izh_flow_below_peak(const struct izh_flow_map *map, const struct izh_flow_path *path,
                           double sigma);

/* Output o is the coefficient of sigma^(2 + power) in theta or w, times a factor. */
struct izh_flow_output {
    unsigned char in_w, factor, power;
};
extern const struct izh_flow_output izh_flow_outputs[IZH_FLOW_OUTPUTS];
void izh_flow_factors(const struct izh_flow_path *path, double by[2][IZH_FLOW_FACTORS]);

#endif
