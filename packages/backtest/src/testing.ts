/**
 * Test kit: a strategy on simulated venues, driven by hand.
 * @packageDocumentation
 */
export type { Level } from './testing/scenario-input.ts';
export { type ScenarioVenue, simulate, type SimulateOptions, Simulation } from './testing/simulation.ts';
