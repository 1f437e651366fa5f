/* The run of a solver, and what it lets through. */
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

izh_status izh_solver_sample(izh_solver *s, const double *times, size_t n, izh_state *states)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    if (s->flight.inside)
        return izh_fail(&s->report, IZH_E_BUSY,
                        "sample inside a callback, or after one that did not return");
    if (n && (!times || !states))
        return izh_fail(&s->report, IZH_E_INVALID, "%s is NULL", times ? "states" : "times");
    izh_status status = check_times(s, times, n);
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
