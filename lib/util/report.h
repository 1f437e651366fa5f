/* Error messages, which are kept in the object and sent to the host's log. */
#ifndef IZH_LIB_REPORT_H
#define IZH_LIB_REPORT_H

#include <izh/host.h>

#include "util/compiler.h"
#include "util/text.h"

struct izh_report {
    izh_log log;
    char text[240];
};

/* Records the message, printf style, logs it, and returns status. */
izh_status izh_fail(struct izh_report *report, izh_status status, const char *format, ...)
    IZH_PRINTF(3, 4);

/* A series of checks. The first that fails leaves its status and message; the conditions after it
 * are not evaluated. */
struct izh_checks {
    struct izh_report *report;
    izh_status status;
};

#define IZH_REQUIRE(checks, condition, code, ...)            \
    do {                                                     \
        if ((checks)->status == IZH_OK && !(condition)) {    \
            izh_fail((checks)->report, (code), __VA_ARGS__); \
            (checks)->status = (code);                       \
        }                                                    \
    } while (0)

/* Sends messages to another log from now on, or to none if `log` is NULL. */
void izh_report_to(struct izh_report *report, const izh_log *log);

#endif
