/* Rates, spikes and their picture. */
#include "raster.h"

#include <stdio.h>
#include <stdlib.h>

#define WIDTH 900 /* of the dots, px */
#define HEIGHT 600
#define LEFT 60
#define RIGHT 80
#define TOP 10
#define NAME_MOST 4096

static int compare(const void *a, const void *b)
{
    const struct dot *x = a, *y = b;
    if (x->t != y->t)
        return x->t < y->t ? -1 : 1;
    return (x->neuron > y->neuron) - (x->neuron < y->neuron);
}

void raster_sort(struct dot *dots, size_t count)
{
    if (count)
        qsort(dots, count, sizeof *dots, compare);
}

static FILE *open_file(const char *prefix, const char *ending)
{
    char name[NAME_MOST];
    snprintf(name, sizeof name, "%s.%s", prefix, ending);
    return fopen(name, "w");
}

static bool close_file(FILE *file)
{
    const bool bad = ferror(file);
    return fclose(file) == 0 && !bad;
}

/* What a population does. */
struct rate {
    uint32_t neurons;
    size_t spikes;
    double hz;
};

static void find_rates(const struct microcircuit *m, double duration, const struct dot *dots,
                       size_t count, struct rate rates[POPULATIONS])
{
    for (int k = 0; k < POPULATIONS; k++)
        rates[k] = (struct rate){m->start[k + 1] - m->start[k], 0, 0};
    for (size_t k = 0; k < count; k++)
        rates[microcircuit_population(m, dots[k].neuron)].spikes++;
    for (int k = 0; k < POPULATIONS; k++)
        rates[k].hz = 1000 * (double)rates[k].spikes / rates[k].neurons / duration;
}

static bool write_rates(const char *prefix, const struct rate rates[POPULATIONS])
{
    FILE *file = open_file(prefix, "csv");
    if (!file)
        return false;
    fputs("population,neurons,spikes,Hz\n", file);
    for (int k = 0; k < POPULATIONS; k++)
        fprintf(file, "%s,%u,%zu,%.3f\n", microcircuit_names[k], (unsigned)rates[k].neurons,
                rates[k].spikes, rates[k].hz);
    return close_file(file);
}

static bool write_dots(const char *prefix, const struct dot *dots, size_t count)
{
    FILE *file = open_file(prefix, "txt");
    if (!file)
        return false;
    fputs("# ms neuron\n", file);
    for (size_t k = 0; k < count; k++)
        fprintf(file, "%.6f %u\n", dots[k].t, (unsigned)dots[k].neuron);
    return close_file(file);
}

/* Draws a population: its dots, its name before them, its rate behind. The first neuron is at the
 * top. */
static void draw(FILE *file, const struct microcircuit *m, int population, double hz,
                 double duration, const struct dot *dots, size_t count)
{
    static const char *const colours[] = {"#0072b2", "#d55e00"};
    const uint32_t from = m->start[population], to = m->start[population + 1];
    const double height = (double)HEIGHT / m->start[POPULATIONS];
    const double middle = TOP + 6 + height * (from + to) / 2;
    fprintf(file, "<text x=\"%d\" y=\"%.1f\">%s</text>\n", LEFT - 6, middle,
            microcircuit_names[population]);
    fprintf(file, "<text x=\"%d\" y=\"%.1f\">%.1f Hz</text>\n", LEFT + WIDTH + RIGHT - 6, middle,
            hz);
    fprintf(file, "<path stroke=\"%s\" d=\"", colours[population % 2]);
    for (size_t k = 0; k < count; k++)
        if (dots[k].neuron >= from && dots[k].neuron < to)
            fprintf(file, "M%.1f %.1fh1", LEFT + WIDTH * dots[k].t / duration,
                    TOP + height * dots[k].neuron);
    fputs("\"/>\n", file);
}

static bool write_picture(const char *prefix, const struct microcircuit *m,
                          const struct rate rates[POPULATIONS], double duration,
                          const struct dot *dots, size_t count)
{
    FILE *file = open_file(prefix, "svg");
    if (!file)
        return false;
    fprintf(file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-size=\"17\" "
            "font-family=\"sans-serif\" text-anchor=\"end\" stroke-width=\"2.4\">\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
            "<path stroke=\"#606060\" d=\"M%d %dh%dv5M%d %dv5\" fill=\"none\"/>\n"
            "<text x=\"%d\" y=\"%d\">0</text>\n<text x=\"%d\" y=\"%d\">%g ms</text>\n",
            LEFT + WIDTH + RIGHT, TOP + HEIGHT + 30, LEFT, TOP + HEIGHT + 4, WIDTH, LEFT,
            TOP + HEIGHT + 4, LEFT + 4, TOP + HEIGHT + 24, LEFT + WIDTH, TOP + HEIGHT + 24,
            duration);
    for (int k = 0; k < POPULATIONS; k++)
        draw(file, m, k, rates[k].hz, duration, dots, count);
    fputs("</svg>\n", file);
    return close_file(file);
}

bool raster_write(const char *prefix, const struct microcircuit *m, double duration,
                  const struct dot *dots, size_t count)
{
    struct rate rates[POPULATIONS];
    find_rates(m, duration, dots, count, rates);
    return write_rates(prefix, rates) && write_dots(prefix, dots, count) &&
           write_picture(prefix, m, rates, duration, dots, count);
}
