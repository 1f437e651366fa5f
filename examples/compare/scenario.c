/* The scenario of the report "Learning to Spike: Physics-Informed and Numerical Simulation of
 * Dynamic Neuron Models", and what is known of its solution. */
#include "compare.h"

#include <stdlib.h>
#include <string.h>

/* By Taylor series in quadruple precision, for the doubles that izh_params_2007() gives. */
static const double exact_spikes[] = {201.0224709569527329, 348.8095578693403655,
                                      496.6640773642638478, 644.5185823306922809,
                                      792.3730873002390488, 940.2275922697851474};
static const izh_state exact_states[TIMES] = {
    {-60, 0},
    {-54.61144118857747917, 7.06647593741063187},
    {-51.94158517280034419, 55.36003983071822820},
    {-49.55254466251725427, -12.42743825248823684},
    {-53.76179615316104863, 1.910006056031906362},
};

/* The report prints what explicit Euler gave it at h = 1 ms. */
const char *const report_printed_v[TIMES] = {NULL, "-54.48", "-50.6154", "-49.55", "-53.70"};

struct scenario scenario_of_report(void)
{
    struct scenario s = {
        .params_text = "2007:100,.7,-60,-40,35,.03,-2,-50,100",
        .current_text = "101:70",
        .params = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100),
        .initial = {-60, 0},
        .segments = resize(NULL, sizeof(izh_segment)),
        .segment_count = 1,
        .until = 1000,
    };
    s.segments[0] = (izh_segment){101, 70, 0};
    return s;
}

bool scenario_is_reports(const struct scenario *s)
{
    struct scenario report = scenario_of_report();
    const bool same = memcmp(&s->params, &report.params, sizeof s->params) == 0 &&
                      s->initial.v == report.initial.v && s->initial.u == report.initial.u &&
                      s->segment_count == 1 && s->segments[0].t == report.segments[0].t &&
                      s->segments[0].I == report.segments[0].I && s->segments[0].slope == 0 &&
                      s->until == report.until;
    free(report.segments);
    return same;
}

double scenario_time(const struct scenario *scenario, size_t i)
{
    return scenario->until * (double)i / (TIMES - 1);
}

double scenario_current_at_end(const struct scenario *scenario)
{
    double I = 0;
    for (size_t i = 0; i < scenario->segment_count; i++) {
        const izh_segment *segment = &scenario->segments[i];
        if (segment->t <= scenario->until)
            I = segment->I + segment->slope * (scenario->until - segment->t);
    }
    return I;
}

struct solution report_exact(void)
{
    struct solution exact = {.spike_count = sizeof exact_spikes / sizeof *exact_spikes};
    exact.spikes = resize(NULL, sizeof exact_spikes);
    memcpy(exact.spikes, exact_spikes, sizeof exact_spikes);
    memcpy(exact.states, exact_states, sizeof exact_states);
    return exact;
}

bool scenario_is_2003(const struct scenario *scenario)
{
    return scenario->params_text[3] == '3'; /* of the forms 2003: and 2007: */
}

const char *scenario_u_unit(const struct scenario *scenario)
{
    return scenario_is_2003(scenario) ? "mV/ms" : "pA";
}

void scenario_default_current(struct scenario *s)
{
    struct scenario report = scenario_of_report();
    s->current_text = scenario_is_2003(s) ? "10" : report.current_text;
    s->segments[0] = scenario_is_2003(s) ? (izh_segment){0, 10, 0} : report.segments[0];
    s->current_is_default = strcmp(s->params_text, report.params_text) != 0;
    free(report.segments);
}
