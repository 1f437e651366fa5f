/* Runs of a solver: to a time, sampled, with derivatives, and ahead of time. */
#include "solver/solver.h"

#include "util/float.h"
#include "util/fpmode.h"

static bool in_the_past(const struct izh_solver *s, double t)
{
    return izh_clock_until(&s->flight.clock, t) < s->flight.cursor && t < s->flight.time;
}

izh_status izh_solver_run(izh_solver *s, double t_end)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    if (s->flight.inside)
        return izh_fail(&s->report, IZH_E_BUSY,
                        "run inside a callback, or after one that did not return");
    if (!izh_isfinite(t_end) || in_the_past(s, t_end))
        return izh_fail(&s->report, IZH_E_INVALID,
                        "t_end = %s must be finite and not before now, %s ms",
                        izh_number(t_end).text, izh_number(izh_flight_now(&s->flight)).text);
    s->fpmode = fpmode_;
    return izh_flight_run(&s->flight, t_end);
}

static izh_status check_times(struct izh_solver *s, const double *times, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!izh_isfinite(times[i]) || (i ? times[i] < times[i - 1] : in_the_past(s, times[i])))
            return izh_fail(&s->report, IZH_E_INVALID,
                            "times[%zu] = %s must be finite and not before %s", i,
                            izh_number(times[i]).text,
                            izh_number(i ? times[i - 1] : izh_flight_now(&s->flight)).text);
    return IZH_OK;
}

/* Every sampling begins with this. `missing` is the name of the first array that is NULL, or
 * NULL. */
static izh_status begin_sampling(struct izh_solver *s, const double *times, size_t n,
                                 const char *missing)
{
    if (s->flight.inside)
        return izh_fail(&s->report, IZH_E_BUSY,
                        "sample inside a callback, or after one that did not return");
    if (n && missing)
        return izh_fail(&s->report, IZH_E_INVALID, "%s is NULL", missing);
    return check_times(s, times, n);
}

izh_status izh_solver_sample(izh_solver *s, const double *times, size_t n, izh_state *states)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    izh_status status = begin_sampling(s, times, n, !times ? "times" : !states ? "states" : NULL);
    if (status != IZH_OK)
        return status;
    s->fpmode = fpmode_;
    for (size_t i = 0; i < n; i++) {
        if (status == IZH_OK)
            status = izh_flight_run(&s->flight, times[i]);
        states[i] = status == IZH_OK ? s->flight.now : (izh_state){IZH_NAN, IZH_NAN};
    }
    return status;
}

/* ---- derivatives ---- */

static izh_status check_gradients(struct izh_solver *s, const void *gradients)
{
    struct izh_checks c = {&s->report, IZH_OK};
    IZH_REQUIRE(&c, izh_flight_tangents(&s->flight), IZH_E_INVALID,
                "the solver was made without gradients");
    IZH_REQUIRE(&c, gradients, IZH_E_INVALID, "gradients is NULL");
    return c.status;
}

static void store_gradients(struct izh_solver *s, izh_status status, izh_state *gradients)
{
    if (status == IZH_OK)
        izh_flight_gradients(&s->flight, gradients);
    for (size_t i = 0; status != IZH_OK && i < s->flight.tangents->n; i++)
        gradients[i] = (izh_state){IZH_NAN, IZH_NAN};
}

izh_status izh_solver_gradients(izh_solver *s, izh_state *gradients)
{
    IZH_FPMODE;
    const izh_status status = s ? check_gradients(s, gradients) : IZH_E_INVALID;
    if (status == IZH_OK)
        store_gradients(s, status, gradients);
    return status;
}

izh_status izh_solver_spike_gradients(const izh_solver *s, double *gradients)
{
    if (!s || !s->flight.tangents || !gradients)
        return IZH_E_INVALID;
    const struct izh_tangents *t = s->flight.tangents;
    for (size_t i = 0; i < t->n; i++)
        gradients[i] = t->of[i].dt;
    return IZH_OK;
}

izh_status izh_solver_sample_gradients(izh_solver *s, const double *times, size_t n,
                                       izh_state *states, izh_state *gradients)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    izh_status status = n ? check_gradients(s, gradients) : IZH_OK;
    if (status == IZH_OK)
        status = begin_sampling(s, times, n, times ? NULL : "times");
    if (status != IZH_OK)
        return status;
    s->fpmode = fpmode_;
    for (size_t i = 0; i < n; i++) {
        if (status == IZH_OK)
            status = izh_flight_run(&s->flight, times[i]);
        store_gradients(s, status, &gradients[i * s->flight.tangents->n]);
        if (states)
            states[i] = status == IZH_OK ? s->flight.now : (izh_state){IZH_NAN, IZH_NAN};
    }
    return status;
}

/* ---- looking ahead ---- */

static int32_t note_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    (void)after;
    *(double *)user = e->t;
    return IZH_STOP;
}

/* Replaces the host's function, which must not be asked about times that may not come. */
static int32_t ask_nobody(izh_segment *segment, double *until, izh_state state, void *user)
{
    (void)segment, (void)until, (void)state, (void)user;
    return IZH_STOP;
}

/* The run changes the flight and what the method keeps of its step. The flight is restored from a
 * copy, and the step is taken again. */
izh_status izh_solver_next_spike(izh_solver *s, double limit, double *t)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    if (s->flight.inside)
        return izh_fail(&s->report, IZH_E_BUSY,
                        "next_spike inside a callback, or after one that did not return");
    if (!t)
        return izh_fail(&s->report, IZH_E_INVALID, "t is NULL");
    if (!izh_isfinite(limit) || in_the_past(s, limit))
        return izh_fail(&s->report, IZH_E_INVALID,
                        "limit = %s must be finite and not before now, %s ms",
                        izh_number(limit).text, izh_number(izh_flight_now(&s->flight)).text);
    const struct izh_flight before = s->flight;
    double found = IZH_INFINITY;
    s->flight.tangents = NULL; /* the derivatives stay as they are */
    s->flight.on_spike = note_spike;
    s->flight.on_spike_user = &found;
    if (s->flight.stimulus.fn)
        s->flight.stimulus.fn = ask_nobody;
    izh_status status = izh_flight_run(&s->flight, limit);
    const double reached = izh_flight_now(&s->flight);
    s->flight = before;
    izh_solver_take_again(s);
    if (status == IZH_STOPPED && found == IZH_INFINITY)
        return izh_fail(&s->report, IZH_E_UNSUPPORTED,
                        "next_spike: the stimulus function is to be asked at %s ms, before limit = "
                        "%s",
                        izh_number(reached).text, izh_number(limit).text);
    if (status < 0 && found == IZH_INFINITY)
        return status;
    *t = found;
    return IZH_OK;
}
