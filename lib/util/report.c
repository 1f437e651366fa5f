#include "util/report.h"

#include <stdarg.h>

izh_status izh_fail(struct izh_report *report, izh_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    izh_text(report->text, sizeof report->text, format, arguments);
    va_end(arguments);
    if (report->log.write)
        report->log.write(report->log.user, status, report->text);
    return status;
}

void izh_report_to(struct izh_report *report, const izh_log *log)
{
    report->log = log ? *log : (izh_log){NULL, NULL};
}
