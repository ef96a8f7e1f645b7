// One side of a tick-ring book as a plain loop would have it: best level highest, asks at negated ticks, no private fields, no checks.
const NONE = -0x80000000;
const BITS = 12;
const SIZE = 1 << BITS;
const MASK = SIZE - 1;
const WORDS_MASK = (SIZE >>> 5) - 1;
const HEADROOM = SIZE >>> 2;

export class PlainSide {
  constructor() {
    this.lots = new Float64Array(SIZE);
    this.bits = new Int32Array(SIZE >>> 5);
    this.low = 0;
    this.best = NONE;
    this.count = 0;
    this.far = new Map();
    this.isPlaced = false;
  }

  clear() {
    this.lots.fill(0);
    this.bits.fill(0);
    this.best = NONE;
    this.count = 0;
    this.far.clear();
    this.isPlaced = false;
  }

  at(tick) {
    if (!this.isPlaced) return 0;
    const offset = tick - this.low;
    return offset >= 0 && offset < SIZE ? this.lots[tick & MASK] : this.far.get(tick) ?? 0;
  }

  set(tick, lots) {
    if (!this.isPlaced) {
      if (lots <= 0) return 0;
      this.low = tick - (SIZE - HEADROOM);
      this.isPlaced = true;
    }
    const offset = tick - this.low;
    if (offset < 0 || offset >= SIZE) return this.setFar(tick, lots);
    const slot = tick & MASK;
    const before = this.lots[slot];
    if (lots > 0) {
      if (before === 0) {
        this.bits[slot >>> 5] |= 1 << (slot & 31);
        this.count++;
        if (tick > this.best) this.best = tick;
      }
      this.lots[slot] = lots;
      return before;
    }
    if (before !== 0) {
      this.lots[slot] = 0;
      this.bits[slot >>> 5] &= ~(1 << (slot & 31));
      this.count--;
      if (tick === this.best) this.stepDown(tick);
    }
    return before;
  }

  stepDown(tick) {
    if (this.count === 0) { this.refill(); return; }
    const slot = tick & MASK;
    let word = slot >>> 5;
    let bits = this.bits[word] & ((1 << (slot & 31)) - 1);
    let base = tick - (slot & 31);
    while (bits === 0) {
      word = (word - 1) & WORDS_MASK;
      base -= 32;
      bits = this.bits[word];
    }
    this.best = base + 31 - Math.clz32(bits);
  }

  refill() {
    let best = NONE;
    for (const tick of this.far.keys()) if (tick > best) best = tick;
    this.best = best;
    if (best !== NONE) this.centre(best);
  }

  setFar(tick, lots) {
    if (tick < this.low) {
      const before = this.far.get(tick) ?? 0;
      if (lots > 0) this.far.set(tick, lots);
      else this.far.delete(tick);
      if (this.count === 0) this.refill();
      return before;
    }
    if (lots <= 0) return 0;
    this.centre(tick);
    return this.set(tick, lots);
  }

  centre(tick) {
    const low = tick - (SIZE - HEADROOM);
    for (let old = this.low, end = old + SIZE; old < end; old++) {
      if (old >= low && old < low + SIZE) continue;
      const slot = old & MASK;
      if (this.lots[slot] === 0) continue;
      this.far.set(old, this.lots[slot]);
      this.lots[slot] = 0;
      this.bits[slot >>> 5] &= ~(1 << (slot & 31));
      this.count--;
    }
    this.low = low;
    for (const [far, lots] of this.far) {
      if (far < low || far >= low + SIZE) continue;
      const slot = far & MASK;
      this.lots[slot] = lots;
      this.bits[slot >>> 5] |= 1 << (slot & 31);
      this.count++;
      this.far.delete(far);
      if (far > this.best) this.best = far;
    }
  }
}
