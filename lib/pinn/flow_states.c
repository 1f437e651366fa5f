/* Finds the states to train for if the host names none: those that the ansatz without a network
 * passes through, in short steps, under currents that jump over all of their range; and some more.
 * A solution as rough as this is enough to know the region. */
#include "pinn/flow.h"

#include "util/float.h"

#define TIME 2000 /* ms */
#define JUMPS 40
#define LONG_JUMPS 3     /* each a quarter of the time; then ever shorter ones */
#define STATES_STEP .125 /* in the map's steps */
#define RUNAWAY 1e6
/* How much more to train for, as shares of what was met. */
#define MORE_U .25
#define MORE_V .1

/* The time of jump i. Jumps go to the lowest current and to the highest in turn. */
static double time_of_state(int i)
{
    return i < LONG_JUMPS ? .25 * TIME * i : TIME * (1 - .5 * (JUMPS - i) / (JUMPS - 2.));
}

struct walk {
    izh_state now, lo, hi;
};

static void meet(struct walk *w)
{
    w->lo = (izh_state){izh_fmin(w->lo.v, w->now.v), izh_fmin(w->lo.u, w->now.u)};
    w->hi.u = izh_fmax(w->hi.u, w->now.u);
}

static void step_walk(const struct izh_flow_map *map, struct walk *w, double I)
{
    struct izh_flow_path path;
    const struct izh_flow_start start = izh_flow_start(map, w->now, I, 0);
    izh_flow_path(map, &start, NULL, &path);
    w->now = izh_flow_state(map, &path, STATES_STEP);
    if (izh_model_above_peak(&map->model, w->now) >= 0)
        w->now = izh_model_reset(&map->model, (izh_state){map->model.p.vpeak, w->now.u});
    meet(w);
}

bool izh_flow_find_states(const struct izh_flow_map *map, struct izh_flow_region *region)
{
    const izh_params *p = &map->model.p;
    struct walk w = {{p->c, 0}, {p->c, 0}, {p->c, 0}};
    const double h = STATES_STEP * map->h;
    double t = 0;
    for (int i = 0; i < JUMPS; i++)
        for (; t < time_of_state(i + 1); t += h) {
            step_walk(map, &w, i % 2 ? region->I_hi : region->I_lo);
            if (!(w.hi.u - w.lo.u < RUNAWAY * map->unit &&
                  w.lo.v > map->centre - RUNAWAY * map->scale))
                return false;
        }
    const double more = MORE_U * (w.hi.u - w.lo.u);
    region->u_lo = w.lo.u - more;
    region->u_hi = w.hi.u + more;
    region->v_lo = w.lo.v - MORE_V * izh_fabs(p->vpeak - w.lo.v);
    return true;
}
