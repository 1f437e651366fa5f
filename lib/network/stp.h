/* Short-term plasticity: the share of a weight that a spike delivers, by what its source did
 * before. */
#ifndef IZH_LIB_STP_H
#define IZH_LIB_STP_H

#include "network/receptors.h"

#define IZH_STP_ONE ((uint32_t)1 << 30) /* the factor of a whole weight */

/* A source's state just after its last spike. */
struct izh_stp_state {
    double u, x;
};

/* What a spike on its way carries: its factor, and its source's state before it, because spikes may
 * be taken back. */
struct izh_stp_load {
    struct izh_stp_state before;
    uint32_t factor;
};

/* The rule of a group, and its states; rule.U is 0 if it has none. */
struct izh_stp_group {
    izh_stp rule;
    struct izh_stp_state *state; /* of each source; NULL: not built */
    struct izh_stp_load *load;   /* of each place of a spike on its way */
};

/* The state before any spike. */
#define IZH_STP_START ((struct izh_stp_state){0, 1})

/* What is wrong with a rule. */
struct izh_field_fault izh_stp_check(const izh_stp *rule);

/* A source spikes, `ms` after its last spike: moves its state on, and sets what the spike
 * carries. */
void izh_stp_spike(const izh_stp *rule, struct izh_stp_state *state, struct izh_stp_load *load,
                   double ms);

/* The part of a weight that is delivered, rounded to the nearest integer, halves up. */
static inline int64_t izh_stp_part(int32_t k, uint32_t factor)
{
    return ((int64_t)k * factor + (IZH_STP_ONE >> 1)) >> 30;
}

#endif
