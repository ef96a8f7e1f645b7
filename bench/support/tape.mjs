// A made-up feed of one instrument, the same on every machine with the same seed: a walking mid, levels mostly near the touch, a deep tail, trades that consume
// the touch, messages of a few rows, a full snapshot now and then. Rows are those of `replay/market-chunk.ts`: 0 bid, 1 ask, 2 bought, 3 sold, 4 clear; 128 ends a message.
// Times are whole microseconds from the start.
import fs from 'node:fs';

const BID = 0;
const ASK = 1;
const BUY = 2;
const SELL = 3;
const CLEAR = 4;
const LAST = 128;
const DEPTH = 500;
const MASK = (1 << 17) - 1;
const FIRST_MID = 1_000_000;
const ROWS_BETWEEN_SNAPSHOTS = 1_000_000;

/** Mulberry32. */
function generator(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6D2B79F5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

class Tape {
  constructor(rows, seed, Memory) {
    const column = (Type) => new Type(new Memory(rows * Type.BYTES_PER_ELEMENT));
    this.random = generator(seed);
    this.rows = rows;
    this.at = 0;
    this.kind = column(Uint8Array);
    this.tick = column(Int32Array);
    this.lots = column(Float64Array);
    this.tsEvent = column(Float64Array);
    this.tsInit = column(Float64Array);
    this.bids = new Float64Array(MASK + 1);
    this.asks = new Float64Array(MASK + 1);
    this.mid = FIRST_MID;                       // best bid; best ask is one above
    this.eventNs = 0;
    this.initNs = 0;
    this.leftInMessage = 0;
    this.sinceSnapshot = 0;
  }

  put(kind, tick, lots) {
    if (this.at >= this.rows) return;
    if (this.leftInMessage === 0) this.beginMessage();
    const i = this.at++;
    this.kind[i] = kind;
    this.tick[i] = tick;
    this.lots[i] = lots;
    this.tsEvent[i] = Math.floor(this.eventNs / 1000);
    this.tsInit[i] = Math.floor(this.initNs / 1000);
    if (kind === BID) this.bids[tick & MASK] = lots;
    else if (kind === ASK) this.asks[tick & MASK] = lots;
    if (--this.leftInMessage === 0) this.kind[i] |= LAST;
    this.sinceSnapshot++;
  }

  beginMessage() {
    const { random } = this;
    this.eventNs += Math.floor(-Math.log(1 - random()) * 5e6) + 1;
    const seen = this.eventNs + 1e6 + Math.floor(Math.exp(12 + 1.2 * (random() + random() + random() - 1.5)));
    this.initNs = seen > this.initNs ? seen : this.initNs + 1;
    this.leftInMessage = 1 + Math.floor(-Math.log(1 - random()) * 5);
  }

  size() {
    const { random } = this;
    return 1 + Math.floor(Math.exp(1.2 * (random() + random() + random()) * 2));
  }

  snapshot() {
    this.sinceSnapshot = 0;
    this.put(CLEAR, 0, 0);
    for (let d = 0; d <= DEPTH; d++) {
      const bid = this.mid - d;
      const ask = this.mid + 1 + d;
      if (this.bids[bid & MASK] > 0) this.put(BID, bid, this.bids[bid & MASK]);
      if (this.asks[ask & MASK] > 0) this.put(ASK, ask, this.asks[ask & MASK]);
    }
  }

  up() {
    const mid = ++this.mid;
    if (this.asks[mid & MASK] > 0) this.put(ASK, mid, 0);
    this.put(BID, mid, this.size());
    const tail = mid - DEPTH - 1;
    if (this.bids[tail & MASK] > 0) this.put(BID, tail, 0);
    if (this.random() < 0.74) this.put(ASK, mid + DEPTH, this.size());
  }

  down() {
    if (this.bids[this.mid & MASK] > 0) this.put(BID, this.mid, 0);
    const mid = --this.mid;
    this.put(ASK, mid + 1, this.size());
    const tail = mid + 2 + DEPTH;
    if (this.asks[tail & MASK] > 0) this.put(ASK, tail, 0);
    if (this.random() < 0.74) this.put(BID, mid - DEPTH + 1, this.size());
  }

  move() {
    const up = this.random() < 0.5;
    let steps = this.random() < 0.01 ? 2 + Math.floor(this.random() * 20) : 1;
    while (steps--) if (up) this.up(); else this.down();
  }

  /** One aggressor through up to three levels. */
  trade() {
    const isBuy = this.random() < 0.5;
    const levels = isBuy ? this.asks : this.bids;
    const step = isBuy ? 1 : -1;
    let left = this.size();
    let tick = isBuy ? this.mid + 1 : this.mid;
    for (let k = 0; k < 3 && left > 0; k++) {
      while (levels[tick & MASK] === 0 && k < 3) { tick += step; k++; }
      const have = levels[tick & MASK];
      if (have <= 0) break;
      const lots = left < have ? left : have;
      this.put(isBuy ? BUY : SELL, tick, lots);
      this.put(isBuy ? ASK : BID, tick, have - lots);
      left -= lots;
      tick += step;
    }
  }

  level() {
    const { random } = this;
    const isBid = random() < 0.5;
    const distance = random() < 0.8 ? Math.floor(10 * Math.pow(random(), 1.5)) : Math.min(DEPTH - 2, 10 + Math.floor(-Math.log(1 - random()) * 60));
    const tick = isBid ? this.mid - distance : this.mid + 1 + distance;
    const have = (isBid ? this.bids : this.asks)[tick & MASK];
    const isGone = have > 0 && random() < (distance === 0 ? 0.08 : 0.33);
    this.put(isBid ? BID : ASK, tick, isGone ? 0 : this.size());
  }

  fill() {
    for (let d = 0; d <= DEPTH; d++) {
      if (this.random() < 0.74 || d === 0) {
        this.bids[(this.mid - d) & MASK] = this.size();
        this.asks[(this.mid + 1 + d) & MASK] = this.size();
      }
    }
    this.snapshot();
    while (this.at < this.rows) {
      if (this.sinceSnapshot > ROWS_BETWEEN_SNAPSHOTS) this.snapshot();
      const what = this.random();
      if (what < 0.03) this.move();
      else if (what < 0.10) this.trade();
      else this.level();
    }
  }
}

/** Columns of a tape of this many rows; in a `SharedArrayBuffer` worker threads read them without a copy. */
export function makeTape(rows, seed = 42, Memory = ArrayBuffer) {
  const tape = new Tape(rows, seed, Memory);
  tape.fill();
  const { kind, tick, lots, tsEvent, tsInit } = tape;
  return { rows, kind, tick, lots, tsEvent, tsInit };
}

/** A tape from files `<prefix>.{kind,tick,qty,exch,local}`: little-endian columns, times in nanoseconds. */
export function readTape(prefix, rows) {
  const column = (name, Type) => {
    const bytes = fs.readFileSync(`${prefix}.${name}`);
    return new Type(bytes.buffer, bytes.byteOffset, Math.min(rows, bytes.length / Type.BYTES_PER_ELEMENT));
  };
  const micros = (ns) => ns.map((value) => Math.floor(value / 1000));
  const kind = column('kind', Uint8Array);
  return { rows: kind.length, kind, tick: column('tick', Int32Array), lots: column('qty', Float64Array), tsEvent: micros(column('exch', Float64Array)), tsInit: micros(column('local', Float64Array)) };
}

/** Cuts a tape into chunks that end with a message, as files are read. */
export function chunksOf(tape, size = 131_072) {
  const chunks = [];
  for (let from = 0; from < tape.rows;) {
    let to = Math.min(from + size, tape.rows);
    while (to < tape.rows && (tape.kind[to - 1] & LAST) === 0) to++;
    const cut = (column) => column.subarray(from, to);
    chunks.push({ rows: to - from, kind: cut(tape.kind), tick: cut(tape.tick), lots: cut(tape.lots), tsEvent: cut(tape.tsEvent), tsInit: cut(tape.tsInit) });
    from = to;
  }
  return chunks;
}
