/* What an ARM Cortex-M with a floating-point unit does before main and after it, for the boards
 * that QEMU calls mps2-an386 (M4F) and mps2-an500 (M7); for another board, change mps2.ld and the
 * vectors. It speaks to QEMU, or to a debugger, by semihosting: a program on its own has a console
 * and no end. */
#include <stdint.h>

#include "board.h"

int main(void);
void board_start(void);

extern uint32_t board_stack_end[], board_bss[], board_bss_end[], board_data[], board_data_end[];
extern const uint32_t board_data_image[];

/* ---- semihosting: Arm's "Semihosting for AArch32 and AArch64" ---- */

#define SYS_WRITE0 0x04
#define SYS_EXIT_EXTENDED 0x20
#define ADP_STOPPED_APPLICATION_EXIT 0x20026

static void semihost(uintptr_t operation, const void *argument)
{
    register uintptr_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void board_print(const char *text)
{
    semihost(SYS_WRITE0, text);
}

static void leave(uint32_t status)
{
    const uint32_t block[] = {ADP_STOPPED_APPLICATION_EXIT, status};
    semihost(SYS_EXIT_EXTENDED, block);
    for (;;)
        ;
}

/* ---- from reset to main ---- */

/* Coprocessor access: full for 10 and 11, which are the floating-point unit. */
#define CPACR (*(volatile uint32_t *)0xe000ed88)
#define FPU_ON (0xfu << 20)

/* The vector table names it. The unit is off at reset: it comes on before anything uses it. */
void board_start(void)
{
    CPACR |= FPU_ON;
    __asm__ volatile("dsb\n\tisb");
    const uint32_t *from = board_data_image;
    for (uint32_t *to = board_data; to < board_data_end; to++)
        *to = *from++;
    for (uint32_t *to = board_bss; to < board_bss_end; to++)
        *to = 0;
    leave((uint32_t)main());
}

static void fault(void)
{
    board_print("fault\n");
    leave(1);
}

/* The stack, reset, and whatever else may happen. */
static const struct {
    uint32_t *stack;
    void (*start)(void);
    void (*others[14])(void);
} vectors __attribute__((section(".vectors"), used)) = {board_stack_end,
                                                        board_start,
                                                        {fault, fault, fault, fault, fault, fault,
                                                         fault, fault, fault, fault, fault, fault,
                                                         fault, fault}};
