/* A population's stimulus in its blob. */
#ifndef IZH_LIB_POPULATION_SAVE_INTAKE_H
#define IZH_LIB_POPULATION_SAVE_INTAKE_H

#include "cells/cells.h"
#include "model/codec.h"

void izh_intake_write(struct izh_codec *c, const struct izh_intake *intake);

/* Skips it, for n neurons. Returns false if it cannot be a stimulus. */
bool izh_intake_skip(struct izh_blob_reader *r, uint32_t n);

/* Makes it. Returns IZH_OK, IZH_E_MEMORY, or IZH_E_FORMAT if the bytes are no stimulus. */
izh_status izh_intake_read(struct izh_blob_reader *r, const struct izh_cells *cells,
                           struct izh_intake *intake);

#endif
