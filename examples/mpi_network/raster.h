/* What rank 0 writes. */
#ifndef RASTER_H
#define RASTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "microcircuit.h"

struct dot {
    double t;
    uint32_t neuron, reserved; /* by its global number */
};

/* Into the order of (t, neuron). */
void raster_sort(struct dot *dots, size_t count);

/* Rates in Hz, dots as text, and their picture: PREFIX.csv, .txt, .svg. False where a file cannot
 * be written; errno says why. */
bool raster_write(const char *prefix, const struct microcircuit *m, double duration,
                  const struct dot *dots, size_t count);

#endif
