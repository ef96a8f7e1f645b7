import type { ArbConfig } from '@arb/core';
import { ArbError, nearest } from '@arb/core/internal';
import { decimal, time } from '@arb/core/zod';
import { z } from 'zod';
import { issueWords, valueWords } from '../schema-words.ts';

const milliseconds = z.number().min(0).max(3_600_000);
const persistence = z.number().min(0).lt(1).optional();
const LATENCY_FORMS = [
  milliseconds, z.strictObject({ medianMs: milliseconds, sigma: z.number().min(0).max(5), persistence }), z.strictObject({ samplesMs: z.array(milliseconds).min(1), persistence }),
] as const;
const micros = z.int().min(0);
const recorded = z.strictObject({
  recorded: z.union([z.string(), z.array(z.strictObject({ sentAt: micros, exchangeAt: micros, answeredAt: micros })).min(1)]), offsetMs: z.number().min(-60_000).max(60_000).optional(),
});
const LATENCY_HELP = 'write milliseconds as a number such as 15, { medianMs: 15, sigma: 0.3 } or { samplesMs: [12, 15, 40] }';
const feedLatency = z.union(LATENCY_FORMS, { error: LATENCY_HELP });
const latency = z.union([...LATENCY_FORMS, recorded], { error: `${LATENCY_HELP}, or { recorded: 'requests.csv' }` });
const entryLatency = z.union([...LATENCY_FORMS, recorded, z.strictObject({ submit: latency.optional(), modify: latency.optional(), cancel: latency.optional() })], { error: `${LATENCY_HELP}, { recorded: 'requests.csv' }, or one of these for each of { submit, modify, cancel }` });
const responseLatency = z.union([...LATENCY_FORMS, recorded, z.strictObject({ orders: latency.optional(), fills: latency.optional() })], { error: `${LATENCY_HELP}, { recorded: 'requests.csv' }, or one of these for each of { orders, fills }` });
const decimalText = z.string({ error: "write it as a string such as '10000'" }).superRefine((text, context) => {
  const result = decimal().safeParse(text);
  if (!result.success) context.addIssue({ code: 'custom', message: `"${text}" is not a decimal; write it as a string such as '10000'` });
});
const timeText = z.string({ error: "write it as a string such as '2025-03-01'" }).superRefine((text, context) => {
  const result = time().safeParse(text);
  if (!result.success) context.addIssue({ code: 'custom', message: result.error.issues[0]!.message });
});
const balance = z.string().regex(/^\d+(\.\d+)? [A-Z0-9]+$/, "write amount and currency: '50000 USDT'");
const percent = z.number().min(0).max(100);

const marginMode = z.enum(['cross', 'isolated']);
const leverage = z.number().min(1).max(125);

const simulation = z.strictObject({
  balances: z.array(balance).min(1).describe("starting balances, '50000 USDT'"),
  marginMode: marginMode.optional(),
  maxLeverage: leverage.optional(),
  instruments: z.record(z.string(), z.strictObject({ marginMode: marginMode.optional(), leverage: leverage.optional() })).optional().describe("margin mode and leverage of single instruments, by id: { 'BTCUSDT-PERP.BYBIT': { marginMode: 'isolated', leverage: 5 } }"),
  feeTier: z.string().optional(),
  latency: z.strictObject({ feedMs: feedLatency.optional(), entryMs: entryLatency.optional(), responseMs: responseLatency.optional(), reordersRequests: z.boolean().optional() }).optional(),
  queueModel: z.enum(['risk-averse', 'log', 'log-2', 'power', 'power-2', 'power-3']).optional(),
  queueExponent: z.int().min(1).max(10).optional(),
  fills: z.enum(['realistic', 'optimistic']).optional(),
  bars: z.strictObject({ spreadBps: z.number().min(0).max(1_000), depthUsd: z.number().positive(), from: z.enum(['close', 'mark']).optional() }).optional(),
});

const venue = z.strictObject({
  profile: z.string().optional(),
  fees: z.strictObject({ maker: z.string(), taker: z.string() }).optional(),
  funding: z.enum(['lump-at-mark', 'hourly-at-oracle', 'continuous-index', 'none']).optional(),
  accounts: z.record(z.string(), z.strictObject({ credentials: z.string() })).optional(),
  simulation: simulation.optional(),
});

const strategyEntry = z.strictObject({
  use: z.union([z.string().regex(/^.+#[A-Za-z_$][\w$]*$/, 'write ./file.ts#Class'), z.custom<() => unknown>((value) => typeof value === 'function', 'give a strategy class or ./file.ts#Class')]),
  id: z.string().regex(/^[A-Za-z0-9_-]+$/, 'use letters, digits, - and _').optional(),
  capitalUsd: decimalText.optional(),
  config: z.record(z.string(), z.unknown()).optional(),
});

const usd = z.number().positive();
const risk = z.strictObject({
  maxOrderNotionalUsd: usd.optional(),
  maxPositionNotionalUsd: usd.optional(),
  maxAssetNotionalUsd: usd.optional(),
  maxAssetNetUsd: usd.optional(),
  maxVenueNotionalUsd: usd.optional(),
  maxGrossNotionalUsd: usd.optional(),
  maxStrategySharePct: percent.optional(),
  maxVenueSharePct: percent.optional(),
  maxDailyLossUsd: usd.optional(),
  maxLeverage: z.number().min(1).optional(),
  maxOrdersPerSecond: z.number().positive().optional(),
  priceBandPct: percent.optional(),
  tradingState: z.enum(['ACTIVE', 'REDUCING', 'HALTED']).optional(),
});

const config = z.strictObject({
  $schema: z.string().optional(),
  strategies: z.array(strategyEntry).min(1),
  venues: z.record(z.string().regex(/^[A-Z][A-Z0-9_-]*$/, 'venues are written in upper case: BYBIT'), venue).optional(),
  data: z.strictObject({ catalog: z.string(), from: timeText.optional(), to: timeText.optional() }).optional(),
  risk: risk.optional(),
  seed: z.int().min(0).optional(),
  out: z.string().optional(),
});

/** The JSON Schema of a config file, for completion in editors. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
}

/**
 * Validates a config.
 *
 * @param where the file it came from, for messages
 * @param flags paths that a flag or the environment has set, with its name: `data.from` by `--from`
 * @throws ArbError `ARB_BAD_CONFIG` with every problem at once: path, what was received, what is allowed, near names of unknown keys
 */
export function parseConfig(input: unknown, where: string, flags: ReadonlyMap<string, string> = new Map()): ArbConfig {
  const result = config.safeParse(input);
  if (result.success) return result.data as unknown as ArbConfig;
  const problems = result.error.issues.flatMap((issue) => describe(issue, { input, where, flags }));
  throw new ArbError('ARB_BAD_CONFIG', problems.join('\n'), { where, problems });
}

function describe(issue: z.core.$ZodIssue, { input, where, flags }: { readonly input: unknown; readonly where: string; readonly flags: ReadonlyMap<string, string> }): string[] {
  const path = pathText(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path);
    return issue.keys.map((key) => {
      const near = nearest(key, known)[0] ?? known.find((name) => name.toLowerCase().startsWith(key.toLowerCase()));
      return `${where}: ${path === '' ? key : `${path}.${key}`} is not a key${near === undefined ? `; known: ${known.join(', ')}` : `; did you mean ${near}?`}`;
    });
  }
  const flag = flags.get(path);
  const place = flag ?? `${where}: ${path === '' ? 'the config' : path}`;
  const received = valueAt(input, issue.path);
  const words = issueWords(issue, received);
  return [issue.code === 'invalid_key' ? `${place}: ${words}` : `${place} is ${valueWords(received)}: ${words}`];
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`), '');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined), input);
}

/** Keys allowed at a path, read from the schema itself. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let node = configJsonSchema() as JsonSchemaNode | undefined;
  for (const key of path) {
    node = typeof key === 'number' ? node?.items : node?.properties?.[String(key)] ?? (typeof node?.additionalProperties === 'object' ? node.additionalProperties : undefined);
    if (node?.anyOf !== undefined) node = node.anyOf.find((option) => option.properties !== undefined) ?? node;
  }
  return Object.keys(node?.properties ?? {});
}

interface JsonSchemaNode {
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>;
  readonly items?: JsonSchemaNode;
  readonly additionalProperties?: boolean | JsonSchemaNode;
  readonly anyOf?: readonly JsonSchemaNode[];
}
