import { LANE_EXCHANGE, LANE_LOCAL, type Lane } from './lane.ts';

/** A low-rate record with both stamps. */
export interface TimedRecord { readonly tsEvent: number; readonly tsInit: number }

/** What both sides do with a record. */
export interface RecordHandler<Item extends TimedRecord> {
  /** At the venue's time; undefined where only strategies care. */
  readonly exchange: ((item: Item, at: number) => void) | undefined;
  readonly local: (item: Item, at: number) => void;
  /** True for records before the run's range: applied at the venue, told to nobody. */
  readonly isWarmUp?: (item: Item) => boolean;
}

/** Records that the venue has seen and strategies have not. */
const MAX_AHEAD = 1_000_000;

/** Funding, prices, bars, quotes: few enough to be objects. One source, a cursor for each side; neither's time steps back, whatever the stamps. */
export class RecordStream<Item extends TimedRecord> {
  readonly lanes: readonly [exchange: Lane, local: Lane];
  readonly #source: Iterator<Item>;
  readonly #handler: RecordHandler<Item>;
  #waiting: Item[] = [];
  #head = 0;
  #next: Item | undefined;
  #lastEvent = -Infinity;
  #lastInit = -Infinity;

  constructor(source: Iterator<Item>, handler: RecordHandler<Item>) {
    this.#source = source;
    this.#handler = handler;
    this.#pull();
    const local: Lane = {
      laneClass: LANE_LOCAL, nextAt: () => (this.#head < this.#waiting.length ? this.#waiting[this.#head]!.tsInit : Infinity), step: (at) => this.#local(at),
    };
    this.lanes = [{ laneClass: LANE_EXCHANGE, wakes: local, nextAt: () => (this.#next === undefined ? Infinity : this.#lastEvent), step: (at) => this.#exchange(at) }, local];
  }

  #pull(): void {
    const next = this.#source.next();
    this.#next = next.done === true ? undefined : next.value;
    if (this.#next !== undefined && this.#next.tsEvent > this.#lastEvent) this.#lastEvent = this.#next.tsEvent;
  }

  #exchange(at: number): number {
    const item = this.#next!;
    this.#handler.exchange?.(item, at);
    if (this.#handler.isWarmUp?.(item) !== true) {
      if (this.#waiting.length - this.#head >= MAX_AHEAD) throw new RangeError(`feed latency spans more than ${MAX_AHEAD} records; is ts_init far behind ts_event?`);
      this.#lastInit = Math.max(this.#lastInit, item.tsInit);
      this.#waiting.push(item.tsInit === this.#lastInit ? item : { ...item, tsInit: this.#lastInit });
    }
    this.#pull();
    return 1;
  }

  #local(at: number): number {
    const item = this.#waiting[this.#head++]!;
    if (this.#head > 4_096) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    this.#handler.local(item, at);
    return 0;
  }
}
