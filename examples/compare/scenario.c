/* The scenario of the report "Learning to Spike: Physics-Informed and Numerical Simulation of
 * Dynamic Neuron Models", and what is known of its solution. */
#include "compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than a double takes in 17 digits, and what stands behind it. */
#define NUMBER_SIZE 32

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

const char *scenario_u_unit(const struct scenario *scenario)
{
    return scenario->is_2003 ? "mV/ms" : "pA";
}

void scenario_default_current(struct scenario *s)
{
    struct scenario report = scenario_of_report();
    s->current_text = s->is_2003 ? "10" : report.current_text;
    s->segments[0] = s->is_2003 ? (izh_segment){0, 10, 0} : report.segments[0];
    s->current_is_default = strcmp(s->params_text, report.params_text) != 0;
    free(report.segments);
}

/* Appends a number with as many digits as bring the double back: 15 print .1 as 0.1. */
static size_t append_number(char *text, double number)
{
    int digits = 15, length;
    do
        length = snprintf(text, NUMBER_SIZE, "%.*g", digits, number);
    while (digits++ < 17 && strtod(text, NULL) != number);
    return (size_t)length;
}

/* Appends a time as --current takes it: the next double after 10 is 10+. */
static size_t append_time(char *text, double t)
{
    char before[NUMBER_SIZE];
    const size_t length = append_number(text, t);
    const size_t length_before = append_number(before, nextafter(t, -INFINITY));
    if (length_before + 1 >= length)
        return length;
    memcpy(text, before, length_before);
    text[length_before] = '+';
    return length_before + 1;
}

/* Segments as --current takes them; the caller owns the text. */
static char *text_of_segments(const izh_segment *segments, size_t count)
{
    char *text = resize(NULL, count * 3 * NUMBER_SIZE);
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (i)
            text[length++] = ',';
        length += append_time(text + length, segments[i].t);
        text[length++] = ':';
        length += append_number(text + length, segments[i].I);
        if (segments[i].slope != 0) {
            text[length++] = ':';
            length += append_number(text + length, segments[i].slope);
        }
    }
    text[length] = 0;
    return text;
}

void scenario_of_preset(struct scenario *s, const izh_preset *preset)
{
    const izh_segment *segments = preset->segments;
    size_t count = preset->segment_count;
    if (count > 1 && segments[0].I == 0 && segments[0].slope == 0) {
        segments++; /* it is zero before the first one anyway */
        count--;
    }
    s->params_text = preset->name;
    s->is_2003 = strcmp(preset->family, "2003") == 0 || strcmp(preset->family, "2004") == 0;
    s->params = preset->params;
    s->initial = preset->initial;
    s->until = preset->duration;
    s->segment_count = count;
    s->segments = resize(s->segments, count * sizeof *s->segments);
    memcpy(s->segments, segments, count * sizeof *s->segments);
    free(s->preset_current);
    s->preset_current = text_of_segments(segments, count);
    s->current_text = s->preset_current;
}
