import { counted } from '../../counted.ts';
import type { DataKind } from '../chunks.ts';
import type { PlacedFault } from '../stream-reader.ts';
import { type Finding, type FindingCode, Tally } from './finding.ts';

/** Codes that a check of the kind itself counts, with words of its own. */
const TOLD_ELSEWHERE: Readonly<Partial<Record<DataKind, readonly string[]>>> = { bar: ['ARB_BAR_RANGE'], funding: ['ARB_ROW_DUPLICATE', 'ARB_ROW_RATE'] };

const FINDING: Readonly<Record<string, FindingCode>> = { ARB_ROW_NEGATIVE: 'IMPOSSIBLE', ARB_ROW_DUPLICATE: 'DUPLICATE' };

/** Gathers rows at which a run would stop: impossible values and rows that come twice. */
export class FaultCheck {
  readonly #id: string;
  readonly #kind: DataKind;
  readonly #faults = new Map<FindingCode, { readonly tally: Tally; readonly first: string }>();

  constructor(instrumentId: string, kind: DataKind) {
    this.#id = instrumentId;
    this.#kind = kind;
  }

  fault({ code, what, at }: PlacedFault): void {
    if (TOLD_ELSEWHERE[this.#kind]?.includes(code) === true) return;
    const finding = FINDING[code] ?? 'IMPOSSIBLE';
    let known = this.#faults.get(finding);
    if (known === undefined) this.#faults.set(finding, known = { tally: new Tally(), first: what });
    known.tally.add(at);
  }

  finish(): readonly Finding[] {
    return [...this.#faults].map(([code, { tally, first }]) => ({
      severity: 'error', code, instrumentId: this.#id, kind: this.#kind, count: tally.count, firstAt: tally.firstAt,
      message: `${code === 'DUPLICATE' ? counted(tally.count, 'row comes twice', 'rows come twice') : counted(tally.count, 'row holds what cannot be', 'rows hold what cannot be')}, the first: ${first}; a run stops there`,
    }));
  }
}
