import { nearest } from '@arb/core/internal';

/** A problem a schema found: of zod with its details, of another library with its message alone. */
export interface SchemaIssue {
  readonly message: string;
  readonly code?: string;
  readonly expected?: string;
  readonly values?: readonly unknown[];
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly inclusive?: boolean;
  readonly origin?: string;
  readonly issues?: readonly { readonly message: string }[];
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'give text', number: 'give a number, without quotes', int: 'give a whole number', boolean: 'give true or false', array: 'give a list: [ … ]', object: 'give an object: { … }', record: 'give an object: { … }',
};
/** How messages begin that zod wrote; any other is the schema's own, and the better one. */
const OF_ZOD = /^(Invalid|Too (small|big)|Unrecognized)\b/;

/** What is allowed instead of a value, in words for whoever wrote the value. */
export function issueWords(issue: SchemaIssue, received: unknown): string {
  if (!OF_ZOD.test(issue.message)) return issue.message;
  const { code, values, minimum, maximum, inclusive, origin, expected } = issue;
  const bound = minimum ?? maximum;
  const of = origin === 'array' ? (bound === 1 ? ' entry' : ' entries') : origin === 'string' ? (bound === 1 ? ' character' : ' characters') : '';
  switch (code) {
    case 'invalid_type': return KINDS[expected ?? ''] ?? `give ${expected ?? 'another value'}`;
    case 'invalid_value': {
      const near = typeof received === 'string' ? nearest(received, (values ?? []).map(String))[0] : undefined;
      return `${near === undefined ? '' : `did you mean ${near}? `}it is one of ${(values ?? []).map(String).join(', ')}`;
    }
    case 'too_small': return `give ${inclusive === false ? 'more than' : 'at least'} ${String(minimum)}${of}`;
    case 'too_big': return `give ${inclusive === false ? 'less than' : 'at most'} ${String(maximum)}${of}`;
    case 'invalid_key': return issue.issues?.[0]?.message ?? 'this name is not allowed here';
    default: return 'it has none of the forms allowed here';
  }
}

/** A received value as it would be written, cut where it is long. */
export function valueWords(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value) as string | undefined ?? `a ${typeof value}`;
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
