/* What a trained solution holds. */
#ifndef IZH_LIB_PINN_H
#define IZH_LIB_PINN_H

#include <izh/pinn.h>

#include "pinn/window.h"
#include "util/report.h"

struct izh_pinn {
    izh_params params;
    double t0, t_end;
    izh_state last; /* at t_end, after a spike there */
    izh_pinn_network settings;
    double tolerance;

    /* Row i of `windows` is the report on trained[i]. The counts are of elements in use. */
    struct izh_pinn_trained *trained;
    izh_pinn_window *windows;
    izh_spike_event *spikes;
    double *losses;
    size_t window_count, spike_count, loss_count;
    size_t trained_room, window_room, spike_room, loss_room;

    izh_allocator allocator;
    struct izh_report report;
};

/* Allocates an empty solution; returns NULL if there is no memory. */
struct izh_pinn *izh_pinn_allocate(const izh_allocator *allocator, const izh_log *log);

/* Makes room for `need` elements of `size` bytes where there was room for *room, and keeps the
 * first `used`. Returns false if there is no memory. */
bool izh_pinn_reserve(struct izh_pinn *p, void *array, size_t *room, size_t used, size_t need,
                      size_t size);

#endif
