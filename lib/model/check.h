/* Checks of what the host gives, with a message that names the field and the value. */
#ifndef IZH_LIB_CHECK_H
#define IZH_LIB_CHECK_H

#include <izh/model.h>

#include "util/report.h"

void izh_check_params(struct izh_checks *c, const izh_params *params);
void izh_check_state(struct izh_checks *c, const char *name, izh_state state);

/* Zero means the default; negative, infinite and NaN values are errors. */
void izh_check_positive(struct izh_checks *c, const char *name, double value);

/* As izh_check_positive(), and a value other than 0 must be at least 1. */
void izh_check_rate(struct izh_checks *c, const char *name, double value);

#endif
