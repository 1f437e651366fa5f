/* The neurons' parameters: one real for all neurons where they agree, else a column. */
#ifndef IZH_LIB_CELLS_COLUMNS_H
#define IZH_LIB_CELLS_COLUMNS_H

#include "cells/kernel.h"
#include "cells/shape.h"
#include "model/model.h"

struct izh_columns {
    const struct izh_cells_shape *shape;
    struct izh_column of[IZH_COLUMNS]; /* all reals */
    void *memory[IZH_COLUMNS];
    double uniform[IZH_COLUMNS]; /* room for the reals of columns with stride 0 */
    bool special;                /* some neuron has other terms than the plain quadratic ones */
    double least;                /* as in izh_kernel_job */
};

static inline double izh_column_get(const struct izh_columns *columns, enum izh_column_name c,
                                    size_t i)
{
    return izh_real_get(columns->shape, columns->of[c].values, columns->of[c].stride * i);
}

/* Sets up columns of zeros for these neurons. The current has its memory already. */
void izh_columns_set_up(struct izh_columns *columns, const struct izh_cells_shape *shape);
/* Releases the memory of all columns but the current. */
void izh_columns_release(struct izh_columns *columns);

/* The neuron's model, from its columns. */
void izh_columns_model(const struct izh_columns *columns, size_t i, struct izh_model *m);

/* Whether all neurons have the same. */
bool izh_columns_uniform(const struct izh_columns *columns);

/* What kernels may assume of all neurons. */
enum izh_form izh_columns_form(const struct izh_columns *columns);

/* Makes room for the columns that differ from neuron to neuron once these parameters are set.
 * Returns false if there is no memory. */
bool izh_columns_reserve(struct izh_columns *columns, uint32_t first, uint32_t count,
                         const izh_params *params, size_t stride);
/* Spreading gives each neuron its own real of a column that has the memory; levelling gives all
 * neurons the same. */
void izh_column_spread(struct izh_columns *columns, int c);
void izh_column_level(struct izh_columns *columns, int c, double x);
/* Allocates a column of its own. Returns false if memory is missing. */
bool izh_column_reserve(struct izh_columns *columns, int c);
/* Releases the memory of columns that do not use it, as after a call that got only some. */
void izh_columns_trim(struct izh_columns *columns);
void izh_columns_set(struct izh_columns *columns, uint32_t first, uint32_t count,
                     const izh_params *params, size_t stride);

/* Makes `least` account for neurons with new parameters, or for all neurons after a new dt. */
void izh_columns_set_least(struct izh_columns *columns, uint32_t first, uint32_t count);

/* The first field at fault, and its value, of parameters in the cells' reals; NULL if all is
 * well. */
const char *izh_columns_fault(const struct izh_columns *columns, const izh_params *params,
                              double *value);

/* Whether these are the reals of a neuron with valid parameters, which has special terms only if
 * `special` is true. */
bool izh_columns_valid(const struct izh_columns *columns, const double column[IZH_CONSTANT_I],
                       bool special);

#endif
