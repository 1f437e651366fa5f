/* Checks of what the host gives, with a message that names the field and the value. */
#ifndef IZH_LIB_CHECK_H
#define IZH_LIB_CHECK_H

#include <izh/model.h>

#include "util/report.h"

izh_status izh_check_params(struct izh_report *report, const izh_params *params);
izh_status izh_check_state(struct izh_report *report, const char *name, izh_state state);

/* Zero is the default; negative, infinite and NaN are errors. */
izh_status izh_check_positive(struct izh_report *report, const char *name, double value);

/* What a host lends a new object, NULL for nothing: copied to *report and *own. */
izh_status izh_check_host(struct izh_report *report, izh_allocator *own,
                          const izh_allocator *allocator, const izh_log *log);

#endif
