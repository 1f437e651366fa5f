/* Rates, spikes and their picture. */
#include "raster.h"

#include <stdio.h>
#include <stdlib.h>

#define WIDTH 900 /* of the dots, px */
#define HEIGHT 600
#define LEFT 60
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

static bool write_rates(const char *prefix, const struct microcircuit *m, double duration,
                        const struct dot *dots, size_t count)
{
    FILE *file = open_file(prefix, "csv");
    size_t spikes[POPULATIONS] = {0};
    if (!file)
        return false;
    for (size_t k = 0; k < count; k++)
        spikes[microcircuit_population(m, dots[k].neuron)]++;
    fputs("population,neurons,spikes,Hz\n", file);
    for (int k = 0; k < POPULATIONS; k++) {
        const uint32_t n = m->start[k + 1] - m->start[k];
        fprintf(file, "%s,%u,%zu,%.3f\n", microcircuit_names[k], (unsigned)n, spikes[k],
                1000 * (double)spikes[k] / n / duration);
    }
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

/* Of a population: its dots, and its name beside them. The first neuron is at the top. */
static void draw(FILE *file, const struct microcircuit *m, int population, double duration,
                 const struct dot *dots, size_t count)
{
    static const char *const colours[] = {"#0072b2", "#d55e00"};
    const uint32_t from = m->start[population], to = m->start[population + 1];
    const double height = (double)HEIGHT / m->start[POPULATIONS];
    fprintf(file, "<text x=\"%d\" y=\"%.1f\">%s</text>\n<path stroke=\"%s\" d=\"", LEFT - 6,
            TOP + 4 + height * (from + to) / 2, microcircuit_names[population],
            colours[population % 2]);
    for (size_t k = 0; k < count; k++)
        if (dots[k].neuron >= from && dots[k].neuron < to)
            fprintf(file, "M%.1f %.1fh1", LEFT + WIDTH * dots[k].t / duration,
                    TOP + height * dots[k].neuron);
    fputs("\"/>\n", file);
}

static bool write_picture(const char *prefix, const struct microcircuit *m, double duration,
                          const struct dot *dots, size_t count)
{
    FILE *file = open_file(prefix, "svg");
    if (!file)
        return false;
    fprintf(file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-size=\"12\" "
            "font-family=\"sans-serif\" text-anchor=\"end\">\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
            "<text x=\"%d\" y=\"%d\">%g ms</text>\n",
            LEFT + WIDTH + 10, TOP + HEIGHT + 25, LEFT + WIDTH, TOP + HEIGHT + 18, duration);
    for (int k = 0; k < POPULATIONS; k++)
        draw(file, m, k, duration, dots, count);
    fputs("</svg>\n", file);
    return close_file(file);
}

bool raster_write(const char *prefix, const struct microcircuit *m, double duration,
                  const struct dot *dots, size_t count)
{
    return write_rates(prefix, m, duration, dots, count) && write_dots(prefix, dots, count) &&
           write_picture(prefix, m, duration, dots, count);
}
