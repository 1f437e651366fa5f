/* Events, whatever computes the solution: the lines that it may meet in the (v, u) plane, the
 * reset, and how many events there may be. */
#ifndef IZH_LIB_EVENT_H
#define IZH_LIB_EVENT_H

#include "model/model.h"
#include "util/report.h"

/* The line v = level + slope u, approached from below (side 1) or from above (side -1). */
struct izh_line {
    double level, slope;
    int side;
};

static inline struct izh_line izh_line_of_peak(const struct izh_model *m)
{
    return (struct izh_line){m->p.vpeak, m->p.vpeak_u, 1};
}

/* The kink of U(v), from the piece that the model is on. */
static inline struct izh_line izh_line_of_kink(const struct izh_model *m)
{
    return (struct izh_line){m->p.vb, 0, m->branch == IZH_BRANCH_LO ? 1 : -1};
}

/* Below zero before the line. */
static inline double izh_line_gap(struct izh_line l, izh_state y)
{
    return l.side * (y.v - (l.level + l.slope * y.u));
}

/* The gap's rate, from that of the state. */
static inline double izh_line_speed(struct izh_line l, izh_state rate)
{
    return l.side * (rate.v - l.slope * rate.u);
}

/* The state exactly on the line. */
static inline izh_state izh_line_at(struct izh_line l, double u)
{
    return (izh_state){l.level + l.slope * u, u};
}

/* Counts events within a millisecond. */
struct izh_window {
    double start, count;
};

/* The number of events in the millisecond up to t, or in a part of it. Begins a new millisecond at
 * t if the last one is over. */
static inline double izh_window_count(struct izh_window *window, double t)
{
    if (!(t - window->start < 1))
        *window = (struct izh_window){t, 0};
    return window->count;
}

/* Returns IZH_E_RESET, with a message, unless the reset lies below the peak. */
static inline izh_status izh_check_reset(struct izh_report *report, const struct izh_model *m,
                                         izh_state after, double t)
{
    if (izh_model_above_peak(m, after) < 0)
        return IZH_OK;
    return izh_fail(report, IZH_E_RESET,
                    "reset to v = %s, u = %s at %s ms does not lie below the peak",
                    izh_number(after.v).text, izh_number(after.u).text, izh_number(t).text);
}

#endif
