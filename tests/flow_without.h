/* A flow map without its network: the coordinates and the ansatz alone, in the map's steps, and no
 * look at the residual. What the network is worth is measured against it. */
#ifndef IZH_TESTS_FLOW_WITHOUT_H
#define IZH_TESTS_FLOW_WITHOUT_H

#include <math.h>

#include <izh/solver.h>

#include "pinn/flow_map.h"

/* The state after a step of at most *s ms, or after as much of it as comes to the peak. */
static izh_state flow_step_without(const struct izh_flow_map *map, izh_state from, double I,
                                   double slope, double *s)
{
    struct izh_flow_path path;
    const struct izh_flow_start start = izh_flow_start(map, from, I, slope);
    double lo = 0, hi = fmin(*s / map->h, 1);
    izh_flow_path(map, &start, NULL, &path);
    izh_state y = izh_flow_state(map, &path, hi);
    for (int i = 0; i < 60 && izh_model_above_peak(&map->model, y) >= 0; i++) {
        const double middle = .5 * (lo + hi);
        const izh_state z = izh_flow_state(map, &path, middle);
        if (izh_model_above_peak(&map->model, z) < 0) {
            lo = middle;
        } else {
            hi = middle;
            y = z;
        }
    }
    *s = hi * map->h;
    return y;
}

/* The first `most` spikes' times; returns how many there are up to t_end. */
static size_t flow_without(const struct izh_flow_map *map, izh_state y, const izh_segment *x,
                           size_t segments, double t_end, double *times, size_t most)
{
    double t = 0;
    size_t n = 0;
    for (size_t i = 0; i < segments; i++) {
        const double end = i + 1 < segments ? x[i + 1].t : t_end;
        while (t < end && n < most) {
            double s = end - t;
            y = flow_step_without(map, y, x[i].I + x[i].slope * (t - x[i].t), x[i].slope, &s);
            t = fmin(t + s, end);
            if (izh_model_above_peak(&map->model, y) >= 0) {
                times[n++] = t;
                y = izh_model_reset(&map->model, y);
            }
        }
    }
    return n;
}

#endif
