/* The comparison as comma-separated values, one row per method, step and events. */
#include "compare.h"

static void write_heading(FILE *out, const struct scenario *scenario)
{
    fprintf(out, "method,h_ms,events,spikes,max_spike_error_ms");
    for (size_t i = 1; i < TIMES; i++) {
        const double t = scenario_time(scenario, i);
        fprintf(out, ",v_%.10g,u_%.10g", t, t);
    }
    fprintf(out, ",rhs,us_per_sim_s\n");
}

static void write_row(FILE *out, const struct result *r)
{
    /* 17 digits bring every double back; %.17g would print the step 0.1 as 0.10000000000000001. */
    fprintf(out, "%s,%g,%s,%zu,%.17g", izh_method_name(r->setup.method), r->setup.h,
            events_name(r->setup.events), r->solution.spike_count, r->worst);
    for (size_t i = 1; i < TIMES; i++)
        fprintf(out, ",%.17g,%.17g", r->solution.states[i].v, r->solution.states[i].u);
    fprintf(out, ",%llu,%.6g\n", (unsigned long long)r->rhs, r->us_per_s);
}

void write_csv(FILE *out, const struct comparison *c)
{
    write_heading(out, c->scenario);
    for (size_t i = 0; i < c->count; i++)
        write_row(out, &c->results[i]);
}
