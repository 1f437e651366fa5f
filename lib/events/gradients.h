/* Carries the derivatives of a solution through steps, spikes and inputs. */
#ifndef IZH_LIB_GRADIENTS_H
#define IZH_LIB_GRADIENTS_H

#include "drive/clock.h"
#include "drive/stimulus.h"
#include "events/error_bound.h"
#include "methods/tangent.h"
#include "model/model.h"

/* Sets the n directions, for which there are rows and work already. */
void izh_gradients_set_up(struct izh_tangents *t, const izh_gradient *of);

/* The host has just set the state: it becomes the initial one. */
void izh_gradients_begin(struct izh_tangents *t);

/* A step was taken, from the time of the clock. */
void izh_gradients_renew(struct izh_tangents *t, const struct izh_stimulus *stimulus,
                         const struct izh_clock *clock);

/* Carries the derivatives over the first s of a step that ends at `end`. */
void izh_gradients_step(struct izh_tangents *t, const struct izh_method_ops *ops,
                        const struct izh_step *step, double end, double s);

/* The derivatives at s of a step that ends at `end`. */
void izh_gradients_at(struct izh_tangents *t, const struct izh_method_ops *ops,
                      const struct izh_step *step, double end, double s, izh_state *out);

/* The derivatives at now, if no step is under way. */
void izh_gradients_now(const struct izh_tangents *t, izh_state *out);

/* A piece of input begins now, at the state y: the segment of that index, after the piece
 * `before`. */
void izh_gradients_breakpoint(struct izh_tangents *t, const izh_input *before,
                              const izh_input *after, size_t segment, double w, izh_state y);

/* Finds the derivatives of the time at which the solution reached the peak. */
void izh_gradients_spike(struct izh_tangents *t, const struct izh_crossing *c);

/* Carries the derivatives over the reset from the peak to `after`, where the rate is f. The
 * parameters were p, whose own reset would have led to `own`. */
void izh_gradients_reset(struct izh_tangents *t, const struct izh_crossing *c, const izh_params *p,
                         izh_state own, izh_state after, izh_state f);

/* One keeps the derivatives at a mark; the other tells whether they are the same again. */
void izh_gradients_mark(struct izh_tangents *t);
bool izh_gradients_at_mark(const struct izh_tangents *t);

#endif
