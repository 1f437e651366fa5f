/* Neurons that cannot go on, and steps that a method should not take. */
#ifndef IZH_LIB_CELLS_TROUBLES_H
#define IZH_LIB_CELLS_TROUBLES_H

#include <stdbool.h>

#include <izh/population.h>

#define IZH_TROUBLES_MAX 64

/* The neurons in trouble, in the order of i, as many as there is room for. */
struct izh_troubles_list {
    izh_trouble data[IZH_TROUBLES_MAX];
    size_t count;
    uint64_t total;
    bool news; /* some of them were not reported */
};

void izh_troubles_add(struct izh_troubles_list *list, izh_trouble trouble);
/* Removes a neuron that is in trouble, whether it is listed or not. */
void izh_troubles_drop(struct izh_troubles_list *list, uint32_t i);

/* Steps beyond the method's limit of stability, and the first of them by (t, i). */
struct izh_unstable {
    uint64_t count;
    double t;
    uint32_t i;
};

static inline void izh_unstable_add(struct izh_unstable *to, struct izh_unstable more)
{
    if (!more.count)
        return;
    if (!to->count || more.t < to->t || (more.t == to->t && more.i < to->i)) {
        to->t = more.t;
        to->i = more.i;
    }
    to->count += more.count;
}

#endif
