/** Kind of a market row: level of a side, trade by aggressor, or a cleared book. */
export const ROW_BID = 0;
export const ROW_ASK = 1;
export const ROW_BUY = 2;
export const ROW_SELL = 3;
export const ROW_CLEAR = 4;
/** Trade without a known aggressor. */
export const ROW_TRADE = 5;
/** The low bits of `kind`. */
export const ROW_KIND_MASK = 7;
/** The feed is limited to a window of levels. */
export const ROW_WINDOW = 32;
/** Before the range of the run: applied, but nobody is called. */
export const ROW_WARM_UP = 64;
/** Last row of its message. */
export const ROW_LAST = 128;

/**
 * Book levels and trades of one instrument as the replay loop reads them: columns, 9 bytes a row and two stamps. A message (rows up to {@link ROW_LAST})
 * is never split between chunks; both stamps never step back within a stream.
 */
export interface MarketChunk {
  readonly rows: number;
  /** The venue's time, µs: when its matching engine sees the message. */
  readonly tsEvent: Float64Array;
  /** When strategies see it, µs: recorded, or by the latency model. */
  readonly tsInit: Float64Array;
  readonly kind: Uint8Array;
  readonly tick: Int32Array;
  readonly lots: Float64Array;
}
