/* Physics-informed networks: a flow map where the host gives one and it holds, else one network for
 * each step, lib/pinn/window.h. */
#include "methods/method.h"
#include "pinn/flow.h"
#include "pinn/window.h"
#include "util/float.h"

/* A map's step may be halved so many times: then training is cheaper. */
#define HALVINGS 3
/* In how many places a step's residual is looked at. */
#define LOOKS 3

struct pinn {
    struct izh_trainer trainer;
    struct izh_trained window;
    struct izh_flow_path path;
    bool by_flow; /* the step is the map's */
};

/* The largest of the residuals at some places up to sigma, or not a number. */
static double residual(const struct izh_step *s, const struct izh_flow_path *path, double sigma)
{
    double worst = 0;
    for (int i = 1; i <= LOOKS; i++) {
        const double here = izh_flow_residual(&s->flow->map, path, sigma * i / LOOKS);
        worst = here <= worst ? worst : here;
    }
    if (s->count)
        s->count->rhs += LOOKS;
    return worst;
}

/* The part of the map's step up to sigma in which the equation holds; 0 where there is none that is
 * worth it. */
static double holds(const struct izh_step *s, const struct izh_flow_path *path, double sigma)
{
    const double tolerance = s->rtol > 0 ? s->rtol : IZH_FLOW_RESIDUAL;
    for (int i = 0; i <= HALVINGS; i++, sigma *= .5) {
        if (residual(s, path, izh_flow_below_peak(&s->flow->map, path, sigma)) < tolerance)
            return sigma;
        if (s->count)
            s->count->rejected++;
    }
    return 0;
}

static bool step_by_flow(struct izh_step *s, struct pinn *p)
{
    const struct izh_flow_map *map = &s->flow->map;
    if (!izh_flow_is_of(map, s->model) || !izh_flow_begin(map, s->from, s->I, s->slope, &p->path))
        return false;
    const double longest = izh_fmin(1, s->h / map->h), sigma = holds(s, &p->path, longest);
    if (sigma == 0)
        return false;
    if (sigma < longest || longest == 1) /* else the step is all that was asked for, to the bit */
        s->h = sigma * map->h;
    s->to = izh_flow_state(map, &p->path, s->h / map->h);
    return true;
}

static izh_status step_by_window(struct izh_step *s, struct pinn *p)
{
    if (!p->trainer.prepared) {
        p->trainer.settings = s->pinn;
        p->trainer.tolerance = s->rtol;
    }
    p->trainer.count = s->count;
    izh_equation_set(&p->window.equation, s->model, s->I, s->slope, s->from);
    const izh_status status = izh_window_train(&p->trainer, &p->window, s->h, s->carry.h);
    s->residual = p->window.residual;
    if (status != IZH_OK)
        return status;
    s->h = p->window.equation.length;
    s->to = izh_window_state(&p->window, 1);
    s->next_carry.h = p->window.next;
    return IZH_OK;
}

static izh_status step(struct izh_step *s)
{
    struct pinn *p = s->work;
    p->by_flow = s->flow && step_by_flow(s, p);
    return p->by_flow ? IZH_OK : step_by_window(s, p);
}

static izh_state dense(const struct izh_step *s, double at)
{
    const struct pinn *p = s->work;
    return p->by_flow ? izh_flow_state(&s->flow->map, &p->path, at / s->flow->map.h)
                      : izh_window_state(&p->window, at / s->h);
}

const struct izh_method_ops izh_method_pinn = {
    .step = step, .dense = dense, .work_size = sizeof(struct pinn), .pieces = 4};
