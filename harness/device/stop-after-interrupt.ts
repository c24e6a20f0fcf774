import type { Milliseconds } from '../clock/clock.ts'

/** How long `control.stop` may take after an interruption; who interrupts twice does not wait for it. */
export const stopAfterInterruptMs: Milliseconds = 10_000
