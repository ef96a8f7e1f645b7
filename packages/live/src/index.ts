/**
 * The clock of live trading. The live node itself comes with the venue adapters.
 * @packageDocumentation
 */
export { AcceleratedClockSource, type ClockSource, SteppedClockSource, WallClockSource } from './node/clock-source.ts';
