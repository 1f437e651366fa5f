/* What a method is to the rest of the library. A new one is a row in methods.def and a file; nobody
 * else names it, but asks what the struct of its operations says. */
#ifndef IZH_LIB_METHOD_H
#define IZH_LIB_METHOD_H

#include <stdbool.h>

#include <izh/solver.h>

#include "methods/dialect.h"
#include "methods/hump.h"
#include "model/model.h"
#include "util/report.h"

struct izh_codec;
struct izh_report;

/* What a method that chooses its steps carries from one to the next. All zero at the start and
 * wherever the solution or its input jumped. */
struct izh_carry {
    double h;         /* the step to try; 0: find one */
    double last;      /* the last step taken */
    double log_error; /* log2 of its error in units of the tolerance */
};

/* What a method keeps of a config's fields that are for it alone. Its hooks look inside, as at a
 * struct of their own; nobody else does. */
struct izh_own {
    uint64_t words[4];
};

/* One step from a state under a linear current I + slope s, s from the step's start. */
struct izh_step {
    const struct izh_model *model;
    double I, slope;
    double g, E; /* the conductance that the model holds, folded in */
    double rtol, atol;
    struct izh_own own;
    izh_state from, to;
    double h;                    /* in: the longest step allowed; out: the step taken, 0 < h */
    struct izh_carry carry;      /* in */
    struct izh_carry next_carry; /* out, zero before */
    double memory;               /* in: what a dialect keeps beside (v, u) */
    double next_memory;          /* out, zero before */
    double reach;                /* out: bounds |v - from.v| over the step; infinity: not known */
    izh_state error;             /* out: bounds the step's own error; infinite: not known */
    bool plain;                  /* in: v is not to be taken to follow u */
    bool follows;                /* out: v follows u at once; an error in v fades in the step */
    double pull;                 /* out, 0 before, of methods with a limit: the largest -h d v'/d v
                                    at which v' was evaluated */
    double residual;             /* out, for the message of IZH_E_TOLERANCE: what the shortest step
                                    left, in the method's own units; 0: not known */
    izh_statistics *count;       /* NULL: do not count */
    void *work;                  /* work_size bytes of the method's own: scratch, of which only what
                                    belongs to the step taken is kept, for dense */
};

struct izh_ticks;
struct izh_tangents;

struct izh_method_ops {
    /* The default step, ms; 0 for a method that chooses its own and has no grid. */
    double dt;
    /* Takes the step: sets to, and h where it is shortened, and may set what else is out.
     * Returns IZH_OK, IZH_E_DIVERGED (there is no next state) or IZH_E_TOLERANCE. */
    izh_status (*step)(struct izh_step *step);
    /* Takes whole steps until something may happen: see methods/ticks.h. NULL: by `step` alone. */
    void (*ticks)(struct izh_ticks *t);
    /* The state s into the step taken, 0 <= s <= h. NULL: that of a step of length s, which for a
     * one-step method is its own continuation and as accurate as its steps. */
    izh_state (*dense)(const struct izh_step *step, double s);
    /* Finds the derivatives of the solution over a step taken, which is one of the method's own and
     * does not follow: see methods/tangent.h. NULL: the method has none. */
    void (*tangents)(const struct izh_step *step, struct izh_tangents *tangents);
    size_t work_size;
    /* Into how many pieces a step is cut to look for events, where v may turn several times in it;
     * more where the linear part rings. 0: one, for a method whose steps are too short or stiff for
     * that. */
    int pieces;
    /* The largest `pull` at which a step does not magnify an error of v, from the method's formula
     * with u held; beyond it v may leap over its course. 0: there is no such limit. */
    double stable;
    /* NULL but for dialects. */
    const struct izh_dialect *dialect;
    /* Has populations though it has no kernels: they take their neurons one by one, each on a clock
     * of its own, by parameters that are not divided by cm. */
    bool one_by_one;

    /* A method that has config fields for it alone has these two; else NULL. check() refuses values
     * of them, with a message, and keep() notes them in step->own. */
    void (*check)(struct izh_checks *c, const izh_solver_config *config);
    void (*keep)(struct izh_step *step, const izh_solver_config *config);
    /* step->own to a blob and back, and whether what was read is what check() lets through. */
    void (*codec)(struct izh_codec *codec, struct izh_step *step);
    bool (*valid)(const struct izh_step *step);
    /* What in step->own stands in the way of conductances, for a message; NULL: nothing. */
    const char *(*unfoldable)(const struct izh_step *step);
};

/* NULL where there is no such method, or not in this build. IZH_METHOD_DEFAULT is a solver's. */
const struct izh_method_ops *izh_method_ops(izh_method method);

/* What IZH_METHOD_DEFAULT stands for in a config; other methods are as they are. */
izh_method izh_method_of_solver(izh_method method);
izh_method izh_method_of_population(izh_method method);

/* Whether a method's steps are as long as it finds right; else they go from tick to tick. */
static inline bool izh_method_chooses_steps(const struct izh_method_ops *ops)
{
    return ops->dt == 0;
}

/* The state s into a step taken. */
izh_state izh_step_dense(const struct izh_method_ops *ops, const struct izh_step *step, double s);

static inline void izh_step_count(const struct izh_step *step, int rhs)
{
    if (step->count)
        step->count->rhs += (uint64_t)rhs;
}

static inline izh_state izh_step_rhs(const struct izh_step *step, izh_state y, double s)
{
    izh_step_count(step, 1);
    return izh_model_rhs(step->model, y, step->I + step->slope * s);
}

/* Notes that v' is evaluated at v, to step with it over h. */
static inline void izh_step_pull(struct izh_step *step, double v, double h)
{
    const double pull = -h * (2 * step->model->k2 * v + step->model->k1);
    step->pull = pull > step->pull ? pull : step->pull;
}

/* Whether a step taken was beyond the method's limit of stability, wherever an event then ended it.
 */
static inline bool izh_step_unstable(const struct izh_method_ops *ops, const struct izh_step *step)
{
    return ops->stable > 0 && step->pull > ops->stable;
}

/* y + h f */
static inline izh_state izh_state_add(izh_state y, double h, izh_state f)
{
    return (izh_state){y.v + h * f.v, y.u + h * f.u};
}

#endif
