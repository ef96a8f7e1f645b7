const BINS_PER_DECADE = 50;
const DECADES = 16;

/** Quantiles of positive numbers in constant memory, to 5 % of their value; for reports, not for money. */
export class LogHistogram {
  readonly #bins = new Float64Array(BINS_PER_DECADE * DECADES);
  #zeros = 0;
  count = 0;
  min: number = Infinity;
  max = 0;

  add(value: number): void {
    this.count++;
    if (value > this.max) this.max = value;
    if (value < this.min) this.min = value;
    if (value < 1) { this.#zeros++; return; }
    this.#bins[Math.min(this.#bins.length - 1, Math.floor(Math.log10(value) * BINS_PER_DECADE))]!++;
  }

  /** The value below which `share` of all lie; 0 for an empty histogram. */
  quantile(share: number): number {
    let rest = share * this.count - this.#zeros;
    if (rest <= 0) return 0;
    for (let bin = 0; bin < this.#bins.length; bin++) {
      rest -= this.#bins[bin]!;
      if (rest <= 0) return Math.min(this.max, Math.max(this.min, 10 ** ((bin + 0.5) / BINS_PER_DECADE)));
    }
    return this.max;
  }
}
