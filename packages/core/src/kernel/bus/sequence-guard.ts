/** What a numbered message is: the next one, one seen before, or one that reveals a gap. */
export type SequenceVerdict = { readonly kind: 'next' } | { readonly kind: 'duplicate' } | { readonly kind: 'gap'; readonly expected: number; readonly received: number };

const NEXT: SequenceVerdict = { kind: 'next' };
const DUPLICATE: SequenceVerdict = { kind: 'duplicate' };

/**
 * Makes delivery idempotent and gaps visible: each source numbers its messages from 1, without holes.
 *
 * A duplicate is to be dropped, a gap to be reported; after a gap the guard continues from what it received.
 */
export class SequenceGuard {
  readonly #last = new Map<string, number>();

  /** Looks at the next message of a source and remembers it. */
  check(source: string, sequence: number): SequenceVerdict {
    const last = this.#last.get(source) ?? 0;
    if (sequence <= last) return DUPLICATE;
    this.#last.set(source, sequence);
    return sequence === last + 1 ? NEXT : { kind: 'gap', expected: last + 1, received: sequence };
  }

  /** Last number seen of a source; 0 before the first. */
  last(source: string): number {
    return this.#last.get(source) ?? 0;
  }
}
