/* Answers questions about a trained solution. */
#include "pinn/pinn.h"

#include "pinn/eval.h"
#include "util/float.h"
#include "util/fpmode.h"

double izh_pinn_end(const izh_pinn *p)
{
    return p ? p->t_end : IZH_NAN;
}

izh_pinn_spikes izh_pinn_get_spikes(const izh_pinn *p)
{
    return p ? (izh_pinn_spikes){p->spikes, p->spike_count} : (izh_pinn_spikes){NULL, 0};
}

izh_pinn_windows izh_pinn_get_windows(const izh_pinn *p)
{
    return p ? (izh_pinn_windows){p->windows, p->window_count} : (izh_pinn_windows){NULL, 0};
}

izh_pinn_losses izh_pinn_get_losses(const izh_pinn *p)
{
    return p ? (izh_pinn_losses){p->losses, p->loss_count} : (izh_pinn_losses){NULL, 0};
}

const char *izh_pinn_message(const izh_pinn *p)
{
    return p ? p->report.text : "";
}

izh_status izh_pinn_set_log(izh_pinn *p, const izh_log *log)
{
    if (!p)
        return IZH_E_INVALID;
    izh_report_to(&p->report, log);
    return IZH_OK;
}

/* ---- at times ---- */

/* When window i ends. */
static double end_of(const struct izh_pinn *p, size_t i)
{
    return i + 1 < p->window_count ? p->windows[i + 1].t : p->t_end;
}

/* The window of a time before the end; where two meet, the later one. Looks at `guess` and the
 * window after it before it looks at others. */
static size_t window_at(const struct izh_pinn *p, double t, size_t guess)
{
    for (size_t i = guess; i < p->window_count && i < guess + 2; i++)
        if (t >= p->windows[i].t && t < end_of(p, i))
            return i;
    size_t low = 0, high = p->window_count; /* the window is in [low, high) */
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (t < p->windows[middle].t)
            high = middle;
        else
            low = middle;
    }
    return low;
}

static bool inside(const struct izh_pinn *p, double t)
{
    return t >= p->t0 && t < p->t_end;
}

/* How many of the times, from the first, lie in window i. */
static size_t run_length(const struct izh_pinn *p, size_t i, const double *times, size_t n)
{
    const double start = p->windows[i].t, end = end_of(p, i);
    size_t k = 1;
    while (k < n && times[k] >= start && times[k] < end)
        k++;
    return k;
}

izh_status izh_pinn_eval(const izh_pinn *p, const double *times, size_t n, izh_state *states)
{
    IZH_FPMODE;
    if (!p || (n && (!times || !states)))
        return IZH_E_INVALID;
    izh_pinn_eval_fn *eval = izh_pinn_eval_best();
    izh_status status = IZH_OK;
    for (size_t i = 0, k = 1, window = 0; i < n; i += k) {
        k = 1;
        if (inside(p, times[i])) {
            window = window_at(p, times[i], window);
            k = run_length(p, window, times + i, n - i);
            eval(&p->trained[window], p->windows[window].t, times + i, k, states + i);
        } else if (times[i] == p->t_end) {
            states[i] = p->last;
        } else {
            states[i] = (izh_state){IZH_NAN, IZH_NAN};
            status = IZH_E_INVALID;
        }
    }
    return status;
}

static double residual_at(const struct izh_pinn *p, double t, size_t *window)
{
    if (!inside(p, t) && t != p->t_end)
        return IZH_NAN;
    *window = t < p->t_end ? window_at(p, t, *window) : p->window_count - 1;
    const struct izh_pinn_trained *w = &p->trained[*window];
    return izh_pinn_window_residual(w, (t - p->windows[*window].t) / w->equation.length);
}

izh_status izh_pinn_residual(const izh_pinn *p, const double *times, size_t n, double *residuals)
{
    IZH_FPMODE;
    if (!p || (n && (!times || !residuals)))
        return IZH_E_INVALID;
    izh_status status = IZH_OK;
    for (size_t i = 0, window = 0; i < n; i++) {
        residuals[i] = p->window_count ? residual_at(p, times[i], &window) : IZH_NAN;
        if (izh_isnan(residuals[i]))
            status = IZH_E_INVALID;
    }
    return status;
}
