import type { LaneTimes } from './lane.ts';

/**
 * The earliest of many lanes, always known: a winner tree. Of lanes due at the same time the one with the lowest index wins, which makes the order of a run fixed.
 */
export class LaneSchedule implements LaneTimes {
  readonly #times: Float64Array;
  readonly #winners: Int32Array;
  readonly #leaves: number;

  constructor(lanes: number) {
    let leaves = 2;
    while (leaves < lanes) leaves *= 2;
    this.#leaves = leaves;
    this.#times = new Float64Array(leaves).fill(Infinity);
    this.#winners = new Int32Array(2 * leaves);
    for (let i = 0; i < leaves; i++) this.#winners[leaves + i] = i;
    for (let node = leaves - 1; node > 0; node--) this.#winners[node] = this.#winners[2 * node]!;
  }

  /** The lane whose event is next. */
  get first(): number { return this.#winners[1]!; }

  /** When a lane's next event is due. */
  timeOf(lane: number): number { return this.#times[lane]!; }

  set(lane: number, at: number): void {
    const times = this.#times;
    const winners = this.#winners;
    times[lane] = at;
    for (let node = (this.#leaves + lane) >> 1; node > 0; node >>= 1) {
      const left = winners[2 * node]!;
      const right = winners[2 * node + 1]!;
      const winner = times[right]! < times[left]! ? right : left;
      if (winner === winners[node] && winner !== lane) return;           // nothing above has seen this lane
      winners[node] = winner;
    }
  }
}
