import type { InstrumentId, StrategyId } from './ids.ts';
import type { Position } from './position.ts';
import type { UnixMicros } from './time.ts';

/** A fill opened, changed or closed a position; the position is the live one, already changed. */
export interface PositionEvent {
  readonly type: 'PositionOpened' | 'PositionChanged' | 'PositionClosed';
  readonly strategyId: StrategyId;
  readonly instrumentId: InstrumentId;
  readonly position: Position;
  readonly tsEvent: UnixMicros;
  readonly tsInit: UnixMicros;
}
