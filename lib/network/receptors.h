/* Receptors turn what arrives, as integer sums, into jumps, currents and conductances. */
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

/* A sum of exponentials. At each tick s <- s keep + what arrives; s times `mean` is the tick's
 * mean. */
struct izh_decay {
    double keep, mean;
    double *s[2]; /* of each neuron; two sides, because a block may be taken back */
};

struct izh_receptor_law {
    izh_receptor is;
    double unit;                 /* r: weights are multiples of it */
    double charge;               /* a current with tau = 0 is its sum divided by this: dt; else 1 */
    struct izh_decay slow, fast; /* fast: if there is a rise */
    double peak;                 /* a difference of exponentials times this has the peak 1 */
};

struct izh_receptors {
    struct izh_receptor_law law[IZH_RECEPTORS_MAX];
    uint32_t count;
    uint32_t n; /* number of neurons */
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

/* What is wrong with a struct of the host's; `field` is NULL if nothing is. */
struct izh_field_fault {
    const char *field;
    double value;
    const char *why;
};
struct izh_field_fault izh_receptor_check(const izh_receptor *receptor);

/* Sets up the receptors of n neurons, with ticks of dt, in *receptors, which is all zero before.
 * Returns false if there is no memory. */
bool izh_receptors_init(struct izh_receptors *receptors, const izh_allocator *allocator,
                        const izh_receptor *of, uint32_t count, uint32_t n, double dt);
void izh_receptors_release(struct izh_receptors *receptors, const izh_allocator *allocator);

/* Makes an integer weight. Returns false if w is no number, is out of range, or would round to
 * 0. */
bool izh_receptor_weight(const struct izh_receptor_law *law, double w, int32_t *k);

/* The sums or values of some neurons over some ticks: a row of `width` for each tick and
 * receptor. */
struct izh_rows {
    union izh_arriving *at;
    size_t width; /* of a row */
    size_t first; /* the neuron at the beginning of a row */
    size_t count; /* number of neurons */
    int ticks;
};

static inline union izh_arriving *izh_row(const struct izh_receptors *receptors,
                                          const struct izh_rows *rows, int tick, uint32_t receptor)
{
    return rows->at + ((size_t)tick * receptors->count + receptor) * rows->width;
}

/* Turns sums into values, and takes the states from one side to the other. Both are the same side
 * where a block goes on. */
void izh_receptors_advance(const struct izh_receptors *receptors, const struct izh_rows *rows,
                           int from, int to);

/* What a receptor gives neuron i now, without what arrives at this tick. */
double izh_receptor_now(const struct izh_receptor_law *law, int side, size_t i);

/* The factor of magnesium's block at v. */
double izh_receptor_nmda(double v);

#endif
