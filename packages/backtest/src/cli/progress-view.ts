import type { CommandOutput } from './data-output.ts';
import { ProgressBar } from './progress-bar.ts';

/** Between two lines of progress where nobody watches a bar, ms. */
const LINE_EVERY_MS = 10_000;

/** Progress of long work: a bar on a terminal; plain lines every ten seconds otherwise; nothing beside JSON. */
export class ProgressView {
  readonly #output: CommandOutput;
  readonly #isQuiet: boolean;
  readonly #startedAt = performance.now();
  readonly #bar = new ProgressBar({ afterMs: 500 });
  #nextLineAt = LINE_EVERY_MS;

  constructor(output: CommandOutput, isQuiet: boolean) {
    this.#output = output;
    this.#isQuiet = isQuiet;
  }

  show(label: string, fraction: number, detail: string = ''): void {
    if (this.#isQuiet) return;
    if (this.#output.isInteractive) { this.#bar.update(label, fraction, detail); return; }
    const elapsed = performance.now() - this.#startedAt;
    if (elapsed <= this.#nextLineAt) return;
    this.#nextLineAt = elapsed + LINE_EVERY_MS;
    process.stderr.write(`${label} ${Math.floor(fraction * 100)} % ${detail}`.trimEnd() + '\n');
  }

  /** Data is being made on first use. */
  generated(fraction: number): void { this.show('generating data (once)', fraction); }

  end(): void { this.#bar.end(); }
}
