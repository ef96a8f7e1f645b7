import type { InstrumentId } from './ids.ts';
import type { UnixMicros } from './time.ts';

/** How a venue charges funding. */
export type FundingConvention = 'lump-at-mark' | 'hourly-at-oracle' | 'continuous-index';

/** A rate with its interval and meaning; never a bare annual figure. */
export interface FundingRate {
  readonly instrumentId: InstrumentId;
  /** Rate for one interval as a mantissa: the rate is `rate / 10^rateDecimals`; a long pays it where positive. */
  readonly rate: bigint;
  readonly rateDecimals: number;
  /** The same as a number, for signals. */
  readonly rateNumber: number;
  readonly intervalHours: number;
  readonly kind: 'predicted' | 'settled';
  /** Predicted: when it will be settled. Settled: the settlement it belongs to. */
  readonly settlesAt: UnixMicros;
  readonly tsEvent: UnixMicros;
  readonly tsInit: UnixMicros;
  /** True while warm-up history is delivered. */
  readonly isHistorical: boolean;
}

/** A rate as it enters the kernel, which knows whether it delivers history. */
export type FundingRateInput = Omit<FundingRate, 'isHistorical'>;
