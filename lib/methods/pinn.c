/* A physics-informed network for each step: lib/pinn/window.h, as a method. */
#include "methods/method.h"
#include "pinn/window.h"

struct pinn {
    struct izh_trainer trainer;
    struct izh_trained window;
};

static izh_status step(struct izh_step *s)
{
    struct pinn *p = s->work;
    if (!p->trainer.prepared) {
        p->trainer.network = s->network;
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

static izh_state dense(const struct izh_step *s, double at)
{
    const struct pinn *p = s->work;
    return izh_window_state(&p->window, at / s->h);
}

const struct izh_method_ops izh_method_pinn = {
    .step = step, .dense = dense, .work_size = sizeof(struct pinn), .pieces = 4};
