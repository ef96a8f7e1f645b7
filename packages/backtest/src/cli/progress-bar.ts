import { Presets, SingleBar } from 'cli-progress';

/** `12 s left`; nothing where it is not known yet, or nothing is left. */
export function timeLeft(fraction: number, elapsedMs: number): string {
  if (!(fraction > 0)) return '';
  const seconds = Math.ceil((elapsedMs * (1 - fraction)) / fraction / 1_000);
  if (seconds <= 0) return '';
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} s left`;
  return minutes < 60 ? `${minutes} min ${seconds % 60} s left` : `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}

/** A bar on standard error once work has taken a while; it clears itself when the work is done. */
export class ProgressBar {
  readonly #afterMs: number;
  readonly #stream: NodeJS.WritableStream;
  #startedAt = performance.now();
  #label: string | undefined;
  #bar: SingleBar | undefined;

  constructor(options: { readonly afterMs: number; readonly stream?: NodeJS.WritableStream }) {
    this.#afterMs = options.afterMs;
    this.#stream = options.stream ?? process.stderr;
  }

  /** @param label the stage; another one begins from nothing, and its time left is worked out from its own beginning */
  update(label: string, fraction: number, detail: string = ''): void {
    const now = performance.now();
    if (this.#label !== undefined && label !== this.#label) this.#startedAt = now;
    this.#label = label;
    const elapsed = now - this.#startedAt;
    if (this.#bar === undefined && elapsed < this.#afterMs) return;
    const payload = { label, detail, left: timeLeft(fraction, elapsed) };
    if (this.#bar === undefined) {
      this.#bar = new SingleBar({ format: '{label} {bar} {percentage} %   {detail}   {left}', stream: this.#stream, hideCursor: true, clearOnComplete: true }, Presets.rect);
      this.#bar.start(1_000, 0, payload);
    }
    this.#bar.update(Math.floor(fraction * 1_000), payload);
  }

  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}
