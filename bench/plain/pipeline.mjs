// The plain loop: two books, latency, queue places and fills of one quoting instrument, written flat for speed alone. What the framework costs is measured against it,
// and both must come to the same orders, fills, volume, position and cash.
import { PlainSide } from './book.mjs';

const NONE = -0x80000000;
const NEW = 1;
const CANCEL = 2;
const ACKNOWLEDGED = 3;
const CANCELED = 4;
const FILLED = 5;
const REFUSED = 6;
const CAPACITY = 1 << 12;

/** Messages first in, first out; times never step back. */
class Channel {
  constructor(capacity = 1024) {
    this.mask = capacity - 1;
    this.at = new Float64Array(capacity);
    this.kind = new Uint8Array(capacity);
    this.order = new Int32Array(capacity);
    this.value = new Float64Array(capacity);
    this.head = 0;
    this.tail = 0;
    this.last = 0;
  }

  push(at, kind, order, value) {
    if (at < this.last) at = this.last;
    this.last = at;
    const i = this.tail++ & this.mask;
    this.at[i] = at;
    this.kind[i] = kind;
    this.order[i] = order;
    this.value[i] = value;
  }

  next() { return this.head === this.tail ? Infinity : this.at[this.head & this.mask]; }
}

class Market {
  constructor(tape, strategy, entry, response) {
    Object.assign(this, { tape, strategy, entry, response });
    this.venueBids = new PlainSide();
    this.venueAsks = new PlainSide();
    this.bids = new PlainSide();
    this.asks = new PlainSide();
    this.venueRow = 0;
    this.row = 0;
    this.requests = new Channel();
    this.answers = new Channel();
    this.side = new Uint8Array(CAPACITY);
    this.tick = new Int32Array(CAPACITY);
    this.leaves = new Float64Array(CAPACITY);
    this.front = new Float64Array(CAPACITY);
    this.traded = new Float64Array(CAPACITY);
    this.live = new Uint8Array(CAPACITY);
    this.resting = [new Int32Array(CAPACITY), new Int32Array(CAPACITY)];
    this.count = [0, 0];
    this.orders = 0;
    this.fills = 0;
    this.position = 0;
    this.cash = 0;
    this.volume = 0;
    this.touches = 0;
    this.now = 0;
    this.bidTick = 0;
    this.askTick = 0;
    this.bidLots = 0;
    this.askLots = 0;
  }

  submit(side, tick, lots) {
    const order = this.orders++ & (CAPACITY - 1);
    this.side[order] = side;
    this.tick[order] = tick;
    this.leaves[order] = lots;
    this.requests.push(this.now + this.entry, NEW, order, lots);
    return order;
  }

  cancel(order) { this.requests.push(this.now + this.entry, CANCEL, order, 0); }

  remove(order) {
    const side = this.side[order];
    const list = this.resting[side];
    const count = this.count[side];
    for (let i = 0; i < count; i++) {
      if (list[i] !== order) continue;
      for (let j = i + 1; j < count; j++) list[j - 1] = list[j];
      this.count[side] = count - 1;
      break;
    }
    this.live[order] = 0;
  }

  arrivals(at) {
    const ring = this.requests;
    while (ring.head !== ring.tail && ring.at[ring.head & ring.mask] === at) {
      const i = ring.head++ & ring.mask;
      const order = ring.order[i];
      if (ring.kind[i] === NEW) this.accept(at, order);
      else if (this.live[order] === 1) {
        this.remove(order);
        this.answers.push(at + this.response, CANCELED, order, 0);
      } else this.answers.push(at + this.response, REFUSED, order, 1);
    }
  }

  accept(at, order) {
    const side = this.side[order];
    const tick = this.tick[order];
    const crosses = side === 0 ? this.venueAsks.best !== NONE && tick >= -this.venueAsks.best : this.venueBids.best !== NONE && tick <= this.venueBids.best;
    if (crosses) { this.answers.push(at + this.response, REFUSED, order, 0); return; }
    this.front[order] = side === 0 ? this.venueBids.at(tick) : this.venueAsks.at(-tick);
    this.traded[order] = 0;
    this.live[order] = 1;
    this.resting[side][this.count[side]++] = order;
    this.answers.push(at + this.response, ACKNOWLEDGED, order, 0);
  }

  fill(at, order, lots) {
    this.leaves[order] -= lots;
    this.answers.push(at + this.response, FILLED, order, lots);
    if (this.leaves[order] <= 0) this.remove(order);
  }

  levelChanged(side, tick, before, after) {
    const list = this.resting[side];
    for (let i = 0, count = this.count[side]; i < count; i++) {
      const order = list[i];
      if (this.tick[order] !== tick) continue;
      const shrunk = before - after - this.traded[order];
      this.traded[order] = 0;
      const front = this.front[order];
      if (shrunk < 0) {
        if (after < front) this.front[order] = after;
        continue;
      }
      const back = before - front;
      const share = front / (front + back);
      let p = 1 - share * share * share;
      if (!(p > -Infinity && p < Infinity)) p = 1;
      const over = back - p * shrunk;
      const estimate = front - (1 - p) * shrunk + (over < 0 ? over : 0);
      this.front[order] = estimate < after ? estimate : after;
    }
  }

  crossed(at, side, best) {
    const list = this.resting[side];
    for (let i = 0; i < this.count[side];) {
      const order = list[i];
      if (side === 1 ? this.tick[order] <= best : this.tick[order] >= best) this.fill(at, order, this.leaves[order]);
      else i++;
    }
  }

  traded_(at, side, tick, lots) {
    const list = this.resting[side];
    for (let i = 0; i < this.count[side];) {
      const order = list[i];
      const own = this.tick[order];
      if (side === 1 ? own < tick : own > tick) { this.fill(at, order, this.leaves[order]); continue; }
      if (own === tick) {
        this.front[order] -= lots;
        this.traded[order] += lots;
        const reached = Math.round(-this.front[order]);
        if (reached > 0) {
          this.front[order] = 0;
          const leaves = this.leaves[order];
          if (reached >= leaves) { this.fill(at, order, leaves); continue; }
          this.fill(at, order, reached);
        }
      }
      i++;
    }
  }

  venueMessage(at) {
    const { kind, tick, lots, rows } = this.tape;
    let i = this.venueRow;
    let flags;
    do {
      flags = kind[i];
      const what = flags & 7;
      const t = tick[i];
      const q = lots[i];
      if (what === 0) {
        const best = this.venueBids.best;
        const before = this.venueBids.set(t, q);
        if (this.count[0] > 0) this.levelChanged(0, t, before, q);
        if (this.count[1] > 0 && this.venueBids.best > best) this.crossed(at, 1, this.venueBids.best);
      } else if (what === 1) {
        const best = this.venueAsks.best;
        const before = this.venueAsks.set(-t, q);
        if (this.count[1] > 0) this.levelChanged(1, t, before, q);
        if (this.count[0] > 0 && this.venueAsks.best > best) this.crossed(at, 0, -this.venueAsks.best);
      } else if (what === 2) {
        if (this.count[1] > 0) this.traded_(at, 1, t, q);
      } else if (what === 3) {
        if (this.count[0] > 0) this.traded_(at, 0, t, q);
      } else if (what === 4) {
        this.venueBids.clear();
        this.venueAsks.clear();
      }
      i++;
    } while ((flags & 128) === 0 && i < rows);
    this.venueRow = i;
  }

  message(at) {
    const { kind, tick, lots, rows } = this.tape;
    let i = this.row;
    let flags;
    do {
      flags = kind[i];
      const what = flags & 7;
      if (what === 0) this.bids.set(tick[i], lots[i]);
      else if (what === 1) this.asks.set(-tick[i], lots[i]);
      else if (what === 4) {
        this.bids.clear();
        this.asks.clear();
      }
      i++;
    } while ((flags & 128) === 0 && i < rows);
    this.row = i;
    this.now = at;
    const bid = this.bids.best;
    const ask = -this.asks.best;
    const bidLots = bid === NONE ? 0 : this.bids.at(bid);
    const askLots = this.asks.best === NONE ? 0 : this.asks.at(this.asks.best);
    if (bid === this.bidTick && ask === this.askTick && bidLots === this.bidLots && askLots === this.askLots) return;
    this.bidTick = bid;
    this.askTick = ask;
    this.bidLots = bidLots;
    this.askLots = askLots;
    this.touches++;
    this.strategy.onTouch(this, bid, ask);
  }

  deliver(at) {
    const ring = this.answers;
    this.now = at;
    while (ring.head !== ring.tail && ring.at[ring.head & ring.mask] === at) {
      const i = ring.head++ & ring.mask;
      const order = ring.order[i];
      if (ring.kind[i] === FILLED) {
        const signed = (this.side[order] === 0 ? 1 : -1) * ring.value[i];
        this.position += signed;
        this.cash -= signed * this.tick[order];
        this.volume += ring.value[i];
        this.fills++;
      }
      this.strategy.onAnswer(order, ring.kind[i], ring.value[i]);
    }
  }
}

class Quoter {
  constructor() {
    this.order = new Int32Array([-1, -1]);
    this.state = new Uint8Array(2);             // 0 none, 1 sent, 2 resting, 3 canceling
    this.left = new Float64Array(2);
  }

  onTouch(market, bid, ask) {
    if (bid === NONE || ask === -NONE) return;
    this.quote(market, 0, bid);
    this.quote(market, 1, ask);
  }

  quote(market, side, tick) {
    if (this.state[side] === 0) {
      if (side === 0 ? market.position >= 500 : market.position <= -500) return;
      this.order[side] = market.submit(side, tick, 10);
      this.left[side] = 10;
      this.state[side] = 1;
    } else if (this.state[side] === 2 && market.tick[this.order[side]] !== tick) {
      market.cancel(this.order[side]);
      this.state[side] = 3;
    }
  }

  onAnswer(order, kind, value) {
    const side = this.order[0] === order ? 0 : this.order[1] === order ? 1 : -1;
    if (side < 0) return;
    if (kind === ACKNOWLEDGED) {
      if (this.state[side] === 1) this.state[side] = 2;
      return;
    }
    const isOver = kind === FILLED ? (this.left[side] -= value) <= 0 : kind === CANCELED || (kind === REFUSED && value === 0);
    if (!isOver) return;
    this.state[side] = 0;
    this.order[side] = -1;
  }
}

class Watcher {
  constructor() { this.sum = 0; }
  onTouch(market, bid) { this.sum += bid; }
  onAnswer() { /* sends nothing */ }
}

/** Runs a tape; entry and response latency in µs. */
export function plainPipeline(tape, mode = 'quote', entry = 2_000, response = 1_000) {
  const market = new Market(tape, mode === 'feed' ? new Watcher() : new Quoter(), entry, response);
  const next = new Float64Array([tape.tsEvent[0], Infinity, Infinity, tape.tsInit[0]]);
  const start = process.cpuUsage();
  for (;;) {
    let lane = 0;
    let at = next[0];
    for (let i = 1; i < 4; i++) if (next[i] < at) { at = next[i]; lane = i; }
    if (at === Infinity) break;
    switch (lane) {
      case 0: market.venueMessage(at); next[0] = market.venueRow < tape.rows ? tape.tsEvent[market.venueRow] : Infinity; next[2] = market.answers.next(); break;
      case 1: market.arrivals(at); next[1] = market.requests.next(); next[2] = market.answers.next(); break;
      case 2: market.deliver(at); next[2] = market.answers.next(); next[1] = market.requests.next(); break;
      default: market.message(at); next[3] = market.row < tape.rows ? tape.tsInit[market.row] : Infinity; next[1] = market.requests.next();
    }
  }
  const used = process.cpuUsage(start);
  const { orders, fills, volume, position, cash, touches } = market;
  return { orders, fills, volume, position, cash, touches, cpuSeconds: (used.user + used.system) / 1e6 };
}
