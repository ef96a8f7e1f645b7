import { Decimal } from './decimal.ts';

/** What to write where decimal text is wanted and something else was given: the number itself in quotes, else the example. */
export function asTextWords(received: unknown, example: string): string {
  const text = typeof received === 'number' && Number.isFinite(received) ? new Decimal(received).toFixed() : example;
  return `write it as text: "${text}"`;
}
