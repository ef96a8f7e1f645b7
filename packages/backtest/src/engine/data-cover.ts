import { MICROS_PER_SECOND } from '@arb/core';
import type { StreamSummary } from '../catalog/catalog.ts';

/** A stream may be silent for so many of its mean steps at the end of a run, and for a minute in any case, before its end is told. */
const SILENT_STEPS = 3;
const SILENT_MICROS = 60 * MICROS_PER_SECOND;

/** True where a stream's last row lies well before the end of a run: from there on its instrument's book stands still. */
export function endsEarly({ from, to, rows }: Pick<StreamSummary, 'from' | 'to' | 'rows'>, end: number): boolean {
  return end - to > Math.max(SILENT_MICROS, SILENT_STEPS * (to - from) / Math.max(1, rows - 1));
}

/** A length of time in the unit that fits it: `5 min`, `3.5 h`, `2.1 days`. */
export function lengthText(micros: number): string {
  const minutes = micros / (60 * MICROS_PER_SECOND);
  const [value, unit] = minutes < 120 ? [minutes, 'min'] : minutes < 48 * 60 ? [minutes / 60, 'h'] : [minutes / 1_440, 'days'];
  return `${Number(value.toFixed(1))} ${unit}`;
}
