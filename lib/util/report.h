/* Error messages: kept in the object, and sent to the host's log. */
#ifndef IZH_LIB_REPORT_H
#define IZH_LIB_REPORT_H

#include <izh/host.h>

struct izh_report {
    izh_log log;
    char text[240];
};

/* A number as text that reads back as the same double, with a point in every locale. */
struct izh_number {
    char text[32];
};
struct izh_number izh_number(double x);

/* Records the message, printf style, logs it, and returns status. */
izh_status izh_fail(struct izh_report *report, izh_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sends messages to another log from now on; NULL: to none. */
void izh_report_to(struct izh_report *report, const izh_log *log);

#endif
