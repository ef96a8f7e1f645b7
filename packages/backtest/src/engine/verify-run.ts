import { ArbError, formatTime, type JournalRecord, readJournal, type UnixMicros } from '@arb/core';

/** A run again with the future cut off, whose journal was the same up to there. */
export interface VerifiedCut {
  /** Nothing at or after this time was there to be read, µs. */
  readonly at: UnixMicros;
  /** Bytes of journal that were compared. */
  readonly journalBytes: number;
  /** Records among them. */
  readonly records: number;
}

/** A finished run as verification needs it. */
export interface RunToVerify {
  readonly from: UnixMicros;
  readonly to: UnixMicros;
  readonly journal: Uint8Array;
  /** When it decided something: the times its orders were made, µs. */
  readonly decidedAt: readonly UnixMicros[];
}

/**
 * Proves that a run did not look ahead: it is run again with the data cut off right after decisions it made, and must have written the same journal up to there.
 *
 * @param journalUntil runs again to a time and gives the journal as it was before that run was stopped; undefined where it was interrupted, which ends verification
 * @returns the cuts, all of them equal; fewer than asked for where it was interrupted
 * @throws ArbError `ARB_LOOK_AHEAD` with the first record that differs
 */
export async function verifyRun(run: RunToVerify, cuts: number, journalUntil: (at: UnixMicros) => Promise<Uint8Array | undefined>): Promise<readonly VerifiedCut[]> {
  const verified: VerifiedCut[] = [];
  for (const at of cutTimes(run, cuts)) {
    const cut = await journalUntil(at);
    if (cut === undefined) break;
    verified.push({ at, journalBytes: cut.length, records: requireSamePrefix(run.journal, cut, at) });
  }
  return verified;
}

/**
 * Right after decisions, spread over the run: what a decision owes to the future is missing at once when the future begins behind it. Without decisions evenly over the range.
 */
export function cutTimes({ from, to, decidedAt }: Pick<RunToVerify, 'from' | 'to' | 'decidedAt'>, cuts: number): readonly UnixMicros[] {
  const decisions = [...new Set(decidedAt)].sort((a, b) => a - b).map((at) => at + 1).filter((at) => at > from && at < to);
  const even = Array.from({ length: cuts }, (_, i) => from + Math.floor((to - from) * (i + 1) / (cuts + 1)));
  const spread = decisions.length <= cuts ? decisions : even.map((_, i) => decisions[Math.round(i * (decisions.length - 1) / Math.max(1, cuts - 1))]!);
  return [...new Set([...spread, ...(decisions.length === 0 ? even : [])])].sort((a, b) => a - b);
}

/** @returns how many records were equal. @throws ArbError `ARB_LOOK_AHEAD` */
function requireSamePrefix(whole: Uint8Array, cut: Uint8Array, at: UnixMicros): number {
  const before = recordsBefore(whole, at);
  const isSame = before.bytes === cut.length && Buffer.compare(whole.subarray(0, cut.length), cut) === 0;
  if (isSame) return before.records;
  const [ours, theirs] = firstDifference(whole, cut);
  throw new ArbError('ARB_LOOK_AHEAD', `with the data cut off at ${formatTime(at)} the run went another way before that time: ${ours === undefined || ours.tsInit >= at ? 'the whole run recorded nothing' : `the whole run recorded ${inWords(ours)}`}, `
    + `the one without a future ${theirs === undefined ? 'nothing' : inWords(theirs)}; something the strategy uses knows what comes later (a file, an indicator over the whole data, state kept from the run before): read data through subscriptions and history only`, { at });
}

function recordsBefore(journal: Uint8Array, at: UnixMicros): { readonly bytes: number; readonly records: number } {
  let bytes = 0;
  let records = 0;
  for (const record of readJournal(journal)) {
    if (record.tsInit >= at) break;
    bytes = record.endOffset;
    records++;
  }
  return { bytes, records };
}

function firstDifference(whole: Uint8Array, cut: Uint8Array): readonly [JournalRecord | undefined, JournalRecord | undefined] {
  const records = decisions(whole);
  for (const theirs of decisions(cut)) {
    const ours = records.next().value as JournalRecord | undefined;
    if (ours === undefined || inWords(ours) !== inWords(theirs)) return [ours, theirs];
  }
  return [records.next().value as JournalRecord | undefined, undefined];
}

/** What an instrument is says nothing of what was done with it. */
function* decisions(journal: Uint8Array): Generator<JournalRecord, undefined> {
  for (const record of readJournal(journal)) if (record.kind !== 'Instrument') yield record;
}

function inWords({ kind, tsInit, fields }: JournalRecord): string {
  return `${kind} at ${formatTime(tsInit)} (${Object.entries(fields).map(([name, value]) => `${name} ${value}`).join(', ')})`;
}
