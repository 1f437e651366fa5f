/* Receptors: what arrives, as integer sums, becomes jumps, currents and conductances. */
#ifndef IZH_LIB_RECEPTORS_H
#define IZH_LIB_RECEPTORS_H

#include <stdbool.h>

#include <izh/network.h>

/* What arrives at a neuron's receptor in a tick: at first the sum of weights, in units of r; then
 * what that gives the neuron: a jump, or the mean of a current or conductance over the tick. */
union izh_arriving {
    int64_t sum;
    double value;
};

/* A sum of exponentials: each tick s <- s keep + what arrives, and s times mean is its mean. */
struct izh_decay {
    double keep, mean;
    double *s[2]; /* of each neuron; two sides, for a block may be taken back */
};

struct izh_receptor_law {
    izh_receptor is;
    double unit;                 /* r: weights are multiples of it */
    double charge;               /* a current of tau 0 is its sum divided by this: dt; else 1 */
    struct izh_decay slow, fast; /* fast: of a rise */
    double peak;                 /* a difference of exponentials times this has the peak 1 */
};

struct izh_receptors {
    struct izh_receptor_law law[IZH_RECEPTORS_MAX];
    uint32_t count;
    uint32_t n; /* neurons */
    bool jumps, conducts, nmda;
};

static inline bool izh_receptor_decays(const struct izh_receptor_law *law)
{
    return law->is.tau > 0;
}

static inline bool izh_receptor_rises(const struct izh_receptor_law *law)
{
    return law->is.rise > 0;
}

/* What is wrong with a struct of the host's; no field where nothing is. */
struct izh_field_fault {
    const char *field;
    double value;
    const char *why;
};
struct izh_field_fault izh_receptor_check(const izh_receptor *receptor);

/* The receptors of n neurons, with steps of dt; false where there is no memory. All zero before. */
bool izh_receptors_init(struct izh_receptors *receptors, const izh_allocator *allocator,
                        const izh_receptor *of, uint32_t count, uint32_t n, double dt);
void izh_receptors_release(struct izh_receptors *receptors, const izh_allocator *allocator);

/* An integer weight; false where w is no number, out of range, or not 0 but would be. */
bool izh_receptor_weight(const struct izh_receptor_law *law, double w, int32_t *k);

/* Some neurons over some ticks, whose sums or values are a row of `width` for each tick and
 * receptor. */
struct izh_rows {
    union izh_arriving *at;
    size_t width; /* of a row */
    size_t first; /* the neuron at its beginning */
    size_t count; /* neurons */
    int ticks;
};

static inline union izh_arriving *izh_row(const struct izh_receptors *receptors,
                                          const struct izh_rows *rows, int tick, uint32_t receptor)
{
    return rows->at + ((size_t)tick * receptors->count + receptor) * rows->width;
}

/* Turns sums into values, from the states of one side to those of the other; the same side where
 * a block goes on. */
void izh_receptors_advance(const struct izh_receptors *receptors, const struct izh_rows *rows,
                           int from, int to);

/* What a receptor gives neuron i now, without what arrives at this tick. */
double izh_receptor_now(const struct izh_receptor_law *law, int side, size_t i);

/* The factor of magnesium's block at v. */
double izh_receptor_nmda(double v);

#endif
