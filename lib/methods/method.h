/* What a method offers the rest of the library. A new method is a row in methods.def and a file.
 * The rest of the library names no method, but asks the struct of its operations. */
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

/* What a method that chooses its steps carries from one step to the next. All is zero at the start
 * and after a jump of the solution or its input. */
struct izh_carry {
    double h;         /* the step to try; 0: find one */
    double last;      /* the last step taken */
    double log_error; /* log2 of its error in units of the tolerance */
};

/* A method's own config fields, as it keeps them. Only the method's functions know what the words
 * mean. */
struct izh_own {
    uint64_t words[4];
};

/* One step from a state under a linear current I + slope s, where s counts from the step's
 * start. */
struct izh_step {
    const struct izh_model *model;
    double I, slope;
    double g, E; /* the conductance that is folded into the model */
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
    bool plain;                  /* in: v must not be taken to follow u */
    bool follows; /* out: v follows u at once; an error in v decays within the step */
    double pull;  /* out, 0 before, of methods with a limit of stability: the largest -h d v'/d v at
                     which v' was evaluated */
    double residual; /* out, for the message of IZH_E_TOLERANCE: the residual of the shortest step,
                        in the method's own units; 0: not known */
    izh_statistics *count; /* NULL: do not count */
    void *work; /* work_size bytes of the method's own: scratch, except for what `dense` needs of
                   the step taken */
};

struct izh_ticks;
struct izh_tangents;

struct izh_method_ops {
    /* The default step, ms; 0 for a method that chooses its own and has no grid. */
    double dt;
    /* Takes the step: sets `to`, shortens h if it must, and may set the other outputs. Returns
     * IZH_OK, IZH_E_DIVERGED (there is no next state) or IZH_E_TOLERANCE. */
    izh_status (*step)(struct izh_step *step);
    /* Takes whole steps until something may happen: see methods/ticks.h. NULL: `step` does all. */
    void (*ticks)(struct izh_ticks *t);
    /* The state at time s of the step taken, 0 <= s <= h. NULL: a step of length s gives it, which
     * for a one-step method is its own continuation and as accurate as its steps. */
    izh_state (*dense)(const struct izh_step *step, double s);
    /* Finds the derivatives of the solution over a step that this method took and in which v does
     * not follow u: see methods/tangent.h. NULL: the method has no derivatives. */
    void (*tangents)(const struct izh_step *step, struct izh_tangents *tangents);
    size_t work_size;
    /* The number of pieces into which a step is cut in the search for events, for a method in whose
     * steps v may turn several times; there are more if the linear part oscillates. 0: one piece,
     * for a method whose steps are too short or stiff for that. */
    int pieces;
    /* The largest `pull` at which a step does not magnify an error of v, from the method's formula
     * with u held constant. Beyond it v may overshoot. 0: there is no such limit. */
    double stable;
    /* NULL except for dialects. */
    const struct izh_dialect *dialect;
    /* The method has populations without kernels. They step their neurons one by one, each on a
     * clock of its own and with parameters that are not divided by cm. */
    bool one_by_one;

    /* A method that has config fields of its own has these two; else they are NULL. check() refuses
     * bad values with a message, and keep() stores the values in step->own. */
    void (*check)(struct izh_checks *c, const izh_solver_config *config);
    void (*keep)(struct izh_step *step, const izh_solver_config *config);
    /* codec() moves step->own to a blob and back. valid() tells whether check() would accept it. */
    void (*codec)(struct izh_codec *codec, struct izh_step *step);
    bool (*valid)(const struct izh_step *step);
    /* What in step->own does not go with conductances, for a message; NULL: nothing. */
    const char *(*unfoldable)(const struct izh_step *step);
};

/* NULL if there is no such method, or not in this build. IZH_METHOD_DEFAULT is that of a solver. */
const struct izh_method_ops *izh_method_ops(izh_method method);

/* The method that IZH_METHOD_DEFAULT stands for in a config; other methods are returned as they
 * are. */
izh_method izh_method_of_solver(izh_method method);
izh_method izh_method_of_population(izh_method method);

/* Whether a method chooses the length of its steps; else they go from tick to tick. */
static inline bool izh_method_chooses_steps(const struct izh_method_ops *ops)
{
    return ops->dt == 0;
}

/* The state at time s of a step taken. */
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

/* Notes that v' is evaluated at v for a step over h. */
static inline void izh_step_pull(struct izh_step *step, double v, double h)
{
    const double pull = -h * (2 * step->model->k2 * v + step->model->k1);
    step->pull = pull > step->pull ? pull : step->pull;
}

/* Whether a step taken was beyond the method's limit of stability, even if an event cut it
 * short. */
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
