/* Short-term plasticity: how much of a weight a spike delivers, by what its source did before. */
#ifndef IZH_LIB_STP_H
#define IZH_LIB_STP_H

#include "network/receptors.h"

#define IZH_STP_ONE ((uint32_t)1 << 30) /* the factor of a whole weight */

/* A source's state just after its last spike. */
struct izh_stp_state {
    double u, x;
};

/* What a spike on its way carries: its factor, and its source's state before, for spikes may be
 * taken back. */
struct izh_stp_load {
    struct izh_stp_state before;
    uint32_t factor;
};

/* A group's; rule.U is 0 where it has none. */
struct izh_stp_group {
    izh_stp rule;
    struct izh_stp_state *state; /* of each source; NULL: not built */
    struct izh_stp_load *load;   /* of each place for a spike on its way */
};

/* The state before any spike. */
#define IZH_STP_START ((struct izh_stp_state){0, 1})

/* What is wrong with a rule. */
struct izh_field_fault izh_stp_check(const izh_stp *rule);

/* A source spikes, so many ms after it did the last time: its state goes on, and the spike carries
 * a factor. */
void izh_stp_spike(const izh_stp *rule, struct izh_stp_state *state, struct izh_stp_load *load,
                   double ms);

/* What is delivered of a weight: rounded to the nearest integer, halves up. */
static inline int64_t izh_stp_part(int32_t k, uint32_t factor)
{
    return ((int64_t)k * factor + (IZH_STP_ONE >> 1)) >> 30;
}

#endif
