/* How the derivatives of a solution go through steps, spikes and inputs. */
#ifndef IZH_LIB_GRADIENTS_H
#define IZH_LIB_GRADIENTS_H

#include "drive/clock.h"
#include "drive/stimulus.h"
#include "events/error_bound.h"
#include "methods/tangent.h"
#include "model/model.h"

/* Notes the n directions, rows and work being there. */
void izh_gradients_set_up(struct izh_tangents *t, const izh_gradient *of);

/* The state is the initial one, as the host has just set it. */
void izh_gradients_begin(struct izh_tangents *t);

/* A step was taken, from where the clock is. */
void izh_gradients_renew(struct izh_tangents *t, const struct izh_stimulus *stimulus,
                         const struct izh_clock *clock);

/* Over the first s of a step that ends at `end`. */
void izh_gradients_step(struct izh_tangents *t, const struct izh_method_ops *ops,
                        const struct izh_step *step, double end, double s);

/* The derivatives at s of a step that ends at `end`. */
void izh_gradients_at(struct izh_tangents *t, const struct izh_method_ops *ops,
                      const struct izh_step *step, double end, double s, izh_state *out);

/* The derivatives now, where no step is under way. */
void izh_gradients_now(const struct izh_tangents *t, izh_state *out);

/* A piece of input begins now, at y, after the piece `before` (NULL: none), and is the segment of
 * that index. */
void izh_gradients_breakpoint(struct izh_tangents *t, const izh_input *before,
                              const izh_input *after, size_t segment, double w, izh_state y);

/* The derivatives of the time at which the solution reached the peak. */
void izh_gradients_spike(struct izh_tangents *t, const struct izh_crossing *c);

/* Over the reset from there to `after`, where the rate is f. The parameters were p, whose own reset
 * would have led to `own`. */
void izh_gradients_reset(struct izh_tangents *t, const struct izh_crossing *c, const izh_params *p,
                         izh_state own, izh_state after, izh_state f);

/* At a mark: keeps the derivatives, and whether they are those again. */
void izh_gradients_mark(struct izh_tangents *t);
bool izh_gradients_at_mark(const struct izh_tangents *t);

#endif
