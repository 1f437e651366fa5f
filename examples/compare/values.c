/* Reads the values of options: numbers, a neuron, a current. */
#include "compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Reads a number up to one of the characters in `ends` or the end of the text; NULL if there is no
 * finite number. The program never calls setlocale, so the decimal point is a point. */
static const char *scan(const char *text, const char *ends, double *number)
{
    char *end;
    *number = strtod(text, &end);
    if (end == text || !isfinite(*number) || (*end && !strchr(ends, *end)))
        return NULL;
    return end;
}

bool read_number(const char *text, double *number)
{
    return scan(text, "", number) != NULL;
}

bool read_numbers(const char *text, double *numbers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        text = scan(text, ",", &numbers[i]);
        if (!text || (i + 1 < n) != (*text == ','))
            return false;
        text++;
    }
    return true;
}

bool read_params(const char *text, izh_params *params, izh_state *rest, const char **why)
{
    static char fault[80];
    double p[9];
    const char *field;
    *why = "starts with neither 2003: nor 2007:";
    if (strncmp(text, "2003:", 5) == 0) {
        *why = "is not 2003: and the 4 finite numbers a,b,c,d";
        if (!read_numbers(text + 5, p, 4))
            return false;
        *params = izh_params_2003(p[0], p[1], p[2], p[3]);
        *rest = (izh_state){-65, p[1] * -65}; /* as in the listing of the 2003 paper */
    } else if (strncmp(text, "2007:", 5) == 0) {
        *why = "is not 2007: and the 9 finite numbers C,k,vr,vt,vpeak,a,b,c,d";
        if (!read_numbers(text + 5, p, 9))
            return false;
        *params = izh_params_2007(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8]);
        *rest = (izh_state){p[2], 0};
    } else {
        return false;
    }
    if (izh_params_check(params, &field) == IZH_OK)
        return true;
    snprintf(fault, sizeof fault, "is no valid neuron: its %s is at fault", field);
    *why = fault;
    return false;
}

/* T:I or T:I:SLOPE, where T+ is the next double after T; NULL for anything else. */
static const char *scan_segment(const char *text, izh_segment *segment)
{
    segment->slope = 0;
    text = scan(text, "+:", &segment->t);
    if (text && *text == '+') {
        segment->t = nextafter(segment->t, INFINITY);
        text++;
    }
    if (!text || *text != ':')
        return NULL;
    text = scan(text + 1, ":,", &segment->I);
    if (text && *text == ':')
        text = scan(text + 1, ",", &segment->slope);
    return text;
}

static bool read_segments(const char *text, izh_segment *segments, size_t *count, const char **why)
{
    for (size_t n = 0;; n++, text++) {
        *why = "is neither a finite number nor T[+]:I[:SLOPE],... in finite numbers";
        text = scan_segment(text, &segments[n]);
        if (!text)
            return false;
        *why = "does not have its times T in ascending order";
        if (n && !(segments[n].t > segments[n - 1].t))
            return false;
        *count = n + 1;
        if (!*text)
            return true;
    }
}

bool read_current(const char *text, izh_segment **segments, size_t *count, const char **why)
{
    double constant;
    size_t commas = 0;
    for (const char *c = text; *c; c++)
        commas += *c == ',';
    *segments = resize(*segments, (commas + 1) * sizeof **segments);
    if (!read_number(text, &constant))
        return read_segments(text, *segments, count, why);
    (*segments)[0] = (izh_segment){0, constant, 0};
    *count = 1;
    return true;
}
