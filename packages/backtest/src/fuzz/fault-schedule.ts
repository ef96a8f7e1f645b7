import type { HedgedPairOptions, RiskLimits } from '@arb/core';
import { randomStream, type RandomStream } from '@arb/core/internal';

/** A leg of the run by its place among the instruments. */
type Leg = number;

/** One thing that happens at its time. Everything random about it was drawn beforehand, so that a fault taken out of a schedule moves no other. */
export type Fault = { readonly atMs: number } & (
  | { readonly kind: 'enter' | 'resize'; readonly pair: number; readonly notionalUsd: number }
  | { readonly kind: 'exit' | 'halt' | 'resume' | 'restart'; readonly pair: number }
  /** The next orders that reach the venue are refused; `refuse`: all of them for a while. */
  | { readonly kind: 'reject'; readonly leg: Leg; readonly count: number }
  | { readonly kind: 'refuse'; readonly leg: Leg; readonly forMs: number }
  /** The next orders never reach the venue, of which we learn after a while. */
  | { readonly kind: 'lose'; readonly leg: Leg; readonly count: number; readonly learntMs: number }
  /** Nothing the venue answers arrives for a while; the outcome of what is open is then unknown. */
  | { readonly kind: 'silence'; readonly leg: Leg; readonly forMs: number }
  /** The next fill comes after what was said later; the next fills come twice. */
  | { readonly kind: 'late-fill'; readonly leg: Leg; readonly byMs: number }
  | { readonly kind: 'duplicate'; readonly leg: Leg; readonly count: number; readonly byMs: number }
  /** A fill is taken back: the `pick`-th of those told, counted round. */
  | { readonly kind: 'bust'; readonly pick: number }
  /** Requests and answers take this long for a while. */
  | { readonly kind: 'latency'; readonly leg: Leg; readonly forMs: number; readonly latencyMs: number }
  /** The feed stands still while the venue's market goes on. */
  | { readonly kind: 'feed-gap'; readonly leg: Leg; readonly forMs: number }
  | { readonly kind: 'jump'; readonly bps: number }
  | { readonly kind: 'book'; readonly leg: Leg; readonly shape: BookShape; readonly forMs: number }
  /** The venue closes a part of the position by force. */
  | { readonly kind: 'force'; readonly leg: Leg; readonly fraction: number; readonly origin: 'LIQUIDATION' | 'ADL' }
  | { readonly kind: 'funding'; readonly leg: Leg; readonly ratePct: string }
  /** A hook of the strategy throws. */
  | { readonly kind: 'throw'; readonly strategy: number }
  /** Only orders that reduce may leave for a while. */
  | { readonly kind: 'reducing'; readonly forMs: number }
);

/** What a book looks like while it is out of order: without a side, without both, crossed, or next to nothing on one side. */
export type BookShape = 'no-bids' | 'no-asks' | 'empty' | 'crossed' | 'thin-bids' | 'thin-asks';

/** How a pair is hedged, without its legs. */
export type DrawnPair = Omit<HedgedPairOptions, 'long' | 'short'>;

/** One course of a run: settings and what happens in it. Plain JSON; the same schedule always gives the same journal. */
export interface Schedule {
  readonly seed: number;
  /** Which of the markets a run without a config trades, see `DEFAULT_LEGS`. */
  readonly market: number;
  /** Strategies of a run without a config, each with a pair of its own over the same legs; a negative one holds the opposite way round. */
  readonly pairs: readonly { readonly options: DrawnPair; readonly isOpposite: boolean }[];
  readonly limits: RiskLimits;
  /** Starting balance by leg, in the settlement currency. */
  readonly balances: readonly string[];
  /** Longest one-way latency without a fault. */
  readonly latencyMs: number;
  readonly faults: readonly Fault[];
}

/** Faults of one schedule happen within this time. */
export const SCHEDULE_MS = 20_000;
const MAX_FAULTS = 28;
/** A fault is over after this long at the latest, whatever began it. */
export const MAX_FAULT_MS = 9_000;

/** Draws the schedule of a seed. @param size how many legs and pairs there are; those of a run without a config unless given */
export function drawSchedule(seed: number, size?: { readonly legs: number; readonly pairs: number; readonly strategies: number }): Schedule {
  const draw = new Draw(randomStream(seed, 'fuzz.schedule'));
  const market = draw.int(0, 3);
  const pairCount = draw.chance(0.3) ? 2 : 1;
  const pairs = Array.from({ length: pairCount }, (_, i) => ({ options: drawPair(draw), isOpposite: i === 1 && draw.chance(0.5) }));
  const limits = drawLimits(draw);
  const balances = [draw.balance(), draw.balance()];
  const latencyMs = draw.int(1, 60);
  const place: Place = { draw, legs: size?.legs ?? 2, pairs: size?.pairs ?? pairCount, strategies: size?.strategies ?? pairCount };
  const faults: Fault[] = Array.from({ length: place.pairs }, (_, pair) => ({ atMs: draw.int(100, 1_500), kind: 'enter', pair, notionalUsd: draw.int(200, 9_000) }));
  for (let left = draw.int(2, MAX_FAULTS); left > 0; left--) faults.push(drawFault(place));
  for (const { atMs, kind } of [...faults]) {
    if (!DECISIONS.has(kind) || !draw.chance(0.6)) continue;
    faults.push(draw.chance(0.5) ? starved(draw, { atMs: atMs + draw.int(0, 8), isLeaving: kind === 'exit' }) : drawFault(place, { atMs: atMs + draw.int(0, 40), kinds: AMBUSHES }));
  }
  return { seed, market, pairs, limits, balances, latencyMs, faults: faults.sort((a, b) => a.atMs - b.atMs) };
}

interface Place { readonly draw: Draw; readonly legs: number; readonly pairs: number; readonly strategies: number }

/** Choices from one stream. */
class Draw {
  readonly #random: RandomStream;
  constructor(random: RandomStream) { this.#random = random; }
  int(from: number, to: number): number { return this.#random.integer(from, to); }
  chance(of: number): boolean { return this.#random.uniform() < of; }
  one<T>(values: readonly T[]): T { return values[this.int(0, values.length - 1)]!; }
  /** Short more often than long, since most faults of a venue are. */
  span(): number { return this.chance(0.7) ? this.int(20, 1_500) : this.int(1_500, MAX_FAULT_MS); }
  /** Ample most of the time; else so little that the margin of one leg may be denied. */
  balance(): string { return this.chance(0.85) ? '100000' : String(this.int(200, 3_000)); }
}

function drawPair(draw: Draw): DrawnPair {
  const maxSlippageBps = draw.one([20, 50]);
  const isStubborn = draw.chance(0.35);                          // would complete the other leg for as long as it may: only the budget ends it
  return {
    maxUnhedgedMs: draw.int(1_500, 5_000), maxUnhedgedUsdSeconds: draw.chance(0.3) ? draw.int(3_000, 20_000) : 1e9, maxSlippageBps, maxRetries: isStubborn ? 500 : draw.one([0, 1, 2, 5]),
    maxTotalSlippageBps: maxSlippageBps * draw.int(1, 4), legFailure: isStubborn ? 'complete' : draw.one(['cheaper', 'complete', 'unwind'] as const), style: draw.one(['simultaneous', 'sequential'] as const),
    firstLeg: draw.one(['thin', 'long', 'short'] as const), ...(draw.chance(0.3) ? { clipUsd: draw.int(500, 4_000), clipEveryMs: draw.int(0, 400) } : {}),
  };
}

function drawLimits(draw: Draw): RiskLimits {
  return {
    ...(draw.chance(0.3) ? { maxPositionNotionalUsd: draw.int(3_000, 10_000) } : {}), ...(draw.chance(0.2) ? { maxOrderNotionalUsd: draw.int(3_000, 10_000) } : {}),
    ...(draw.chance(0.2) ? { maxGrossNotionalUsd: draw.int(6_000, 20_000) } : {}),
  };
}

/** What may happen, as often as it is named. */
const KINDS: readonly Fault['kind'][] = [
  'enter', 'enter', 'enter', 'exit', 'resize', 'resize', 'halt', 'resume', 'restart', 'reject', 'refuse', 'lose', 'silence', 'late-fill', 'duplicate', 'duplicate', 'bust', 'latency', 'feed-gap', 'jump', 'jump',
  'book', 'book', 'book', 'book', 'force', 'funding', 'throw', 'reducing',
];
const SHAPES: readonly BookShape[] = ['no-bids', 'no-asks', 'empty', 'crossed', 'thin-bids', 'thin-bids', 'thin-asks', 'thin-asks'];

/** What is most telling right after a decision, while its orders are on their way. */
const AMBUSHES: readonly Fault['kind'][] = ['book', 'reject', 'refuse', 'lose', 'silence', 'late-fill', 'latency', 'force', 'enter', 'exit', 'halt', 'restart', 'jump'];
const DECISIONS: ReadonlySet<Fault['kind']> = new Set(['enter', 'resize', 'exit']);

/** The side one leg of two trades against runs dry, so that the other fills alone and this one goes on not filling. */
function starved(draw: Draw, { atMs, isLeaving }: { readonly atMs: number; readonly isLeaving: boolean }): Fault {
  const leg = draw.int(0, 1);
  return { atMs, kind: 'book', leg, shape: (leg === 0) === isLeaving ? 'thin-bids' : 'thin-asks', forMs: draw.one([300, 3_000, 6_000, MAX_FAULT_MS]) };
}

function drawFault({ draw, legs, pairs, strategies }: Place, { atMs = draw.int(200, SCHEDULE_MS - 100), kinds = KINDS }: { readonly atMs?: number; readonly kinds?: readonly Fault['kind'][] } = {}): Fault {
  const kind = draw.one(kinds);
  const leg = draw.int(0, legs - 1);
  const pair = draw.int(0, Math.max(0, pairs - 1));
  switch (kind) {
    case 'enter': case 'resize': return { atMs, kind, pair, notionalUsd: draw.int(200, 9_000) };
    case 'exit': case 'halt': case 'resume': case 'restart': return { atMs, kind, pair };
    case 'reject': return { atMs, kind, leg, count: draw.int(1, 3) };
    case 'lose': return { atMs, kind, leg, count: draw.int(1, 2), learntMs: draw.span() };
    case 'late-fill': return { atMs, kind, leg, byMs: draw.span() };
    case 'duplicate': return { atMs, kind, leg, count: draw.int(1, 4), byMs: draw.int(0, 3_000) };
    case 'bust': return { atMs, kind, pick: draw.int(0, 99) };
    case 'latency': return { atMs, kind, leg, forMs: draw.span(), latencyMs: draw.int(100, 3_000) };
    case 'jump': return { atMs, kind, bps: draw.int(-200, 200) };
    case 'book': return { atMs, kind, leg, shape: draw.one(SHAPES), forMs: draw.span() };
    case 'force': return { atMs, kind, leg, fraction: draw.one([0.2, 0.5, 1]), origin: draw.one(['LIQUIDATION', 'ADL'] as const) };
    case 'funding': return { atMs, kind, leg, ratePct: String(draw.int(-500, 500) / 10_000) };
    case 'throw': return { atMs, kind, strategy: draw.int(0, Math.max(0, strategies - 1)) };
    case 'reducing': return { atMs, kind, forMs: draw.span() };
    case 'refuse': case 'silence': case 'feed-gap': return { atMs, kind, leg, forMs: draw.span() };
  }
}

/** One fault as a line: `3.214 s  reject leg 1, count 2`. */
export function faultText({ atMs, kind, ...rest }: Fault): string {
  const detail = Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`).join(', ');
  return `${(atMs / 1_000).toFixed(3).padStart(7)} s  ${kind}${detail === '' ? '' : ` ${detail}`}`;
}
