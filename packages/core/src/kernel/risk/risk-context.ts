import type { Instrument } from '../model/instrument.ts';
import type { UnixMicros } from '../model/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';

/** Best bid and ask of an instrument as they are now, in ticks; undefined where a side is empty. A live object: it is asked for once and read at every check. */
export interface Touch {
  readonly bidTick: number | undefined;
  readonly askTick: number | undefined;
  /** When book or quote were last heard of, µs; undefined before they ever were. */
  readonly marketAt: UnixMicros | undefined;
}

/** What the risk engine sees of the world; the kernel implements it over its cache, portfolio and clock. */
export interface RiskContext {
  readonly portfolio: Portfolio;
  now(): UnixMicros;
  touch(instrument: Instrument): Touch;
}
