import type { ArbConfig } from '@arb/core';
import { ArbError, asTextWords, MAX_ORDERS_PER_SECOND, nearest } from '@arb/core/internal';
import { decimal, time } from '@arb/core/zod';
import { z } from 'zod';
import { issueWords, valueWords } from '../schema-words.ts';
import { BALANCE_HELP, BALANCE_TEXT, balanceProblem } from './balance-text.ts';
import { FEE_TEXT, feeProblem } from './fee-text.ts';

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
const positiveText = z.string({ error: ({ input }) => asTextWords(input, '10000') }).superRefine((text, context) => {
  const result = decimal({ positive: true }).safeParse(text);
  if (!result.success) context.addIssue({ code: 'custom', message: result.error.issues[0]!.message });
});
const fee = z.string({ error: ({ input }) => feeProblem(input) }).regex(FEE_TEXT, { error: ({ input }) => feeProblem(input), abort: true }).superRefine((text, context) => {
  const problem = feeProblem(text);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});
const timeText = z.string({ error: "write it as a string such as '2025-03-01'" }).superRefine((text, context) => {
  const result = time().safeParse(text);
  if (!result.success) context.addIssue({ code: 'custom', message: result.error.issues[0]!.message });
});
const balance = z.string({ error: BALANCE_HELP }).regex(BALANCE_TEXT, { error: ({ input }) => balanceProblem(String(input)) });
const percent = z.number().positive().max(100);

const marginMode = z.enum(['cross', 'isolated']);
const leverage = z.number().min(1).max(125);

const simulation = z.strictObject({
  balances: z.array(balance).min(1).describe("starting balances, '50000 USDT'"),
  marginMode: marginMode.optional().describe('positions share the balance (cross, unless stated), or each has margin of its own (isolated)'),
  maxLeverage: leverage.optional().describe('largest leverage of new positions; 3 unless stated'),
  instruments: z.record(z.string(), z.strictObject({ marginMode: marginMode.optional(), leverage: leverage.optional() })).optional().describe("margin mode and leverage of single instruments, by id: { 'BTCUSDT-PERP.BYBIT': { marginMode: 'isolated', leverage: 5 } }"),
  feeTier: z.string().optional().describe('fee tier of the profile; its lowest unless stated'),
  latency: z.strictObject({
    feedMs: feedLatency.optional().describe('from the venue to us; as recorded in the data unless stated'),
    entryMs: entryLatency.optional().describe('from us to the venue; one for all requests or one for each kind'),
    responseMs: responseLatency.optional().describe("from the venue's answer to us; one for all or another for fills"),
    reordersRequests: z.boolean().optional().describe('requests may overtake each other on the way to the venue; false unless stated'),
  }).optional().describe('one-way latencies; those of the profile unless stated'),
  queueModel: z.enum(['risk-averse', 'log', 'log-2', 'power', 'power-2', 'power-3']).optional().describe('how a resting order moves up its queue; risk-averse unless stated'),
  queueExponent: z.int().min(1).max(10).optional().describe('exponent of the power queue models; 3 unless stated'),
  fills: z.enum(['realistic', 'optimistic']).optional().describe('optimistic: every resting order at the touch fills with the first trade'),
  bars: z.strictObject({ spreadBps: z.number().min(0).max(1_000), depthUsd: z.number().positive(), from: z.enum(['close', 'mark']).optional() }).optional().describe('the book assumed where the data holds none, around the close of each bar or around marks'),
});

const venue = z.strictObject({
  profile: z.string().optional().describe('fees, tiers, funding and limits of a known venue: binance, bybit, hyperliquid, okx or paradex'),
  fees: z.strictObject({ maker: fee, taker: fee }).optional().describe("instead of the profile's, as fractions of the traded value: { maker: '0.0002', taker: '0.00055' }"),
  funding: z.enum(['lump-at-mark', 'hourly-at-oracle', 'continuous-index', 'none']).optional().describe("how funding is charged; the profile's way unless stated"),
  accounts: z.record(z.string(), z.strictObject({ credentials: z.string() })).optional().describe('live accounts; credentials are names in a keystore, never secrets'),
  simulation: simulation.optional().describe('how its simulated account stands at the beginning, and how it behaves'),
});

/** How a config names a strategy: `./file.ts#Class`. */
export const STRATEGY_USE: RegExp = /^.+#[A-Za-z_$][\w$]*$/;
const use = z.union([z.string().regex(STRATEGY_USE, 'write ./file.ts#Class'), z.custom<() => unknown>((value) => typeof value === 'function', 'give a strategy class or ./file.ts#Class')])
  .describe('the strategy: ./file.ts#Class');
const strategyEntry = z.strictObject({
  use,
  id: z.string().regex(/^[A-Za-z0-9_-]+$/, 'use letters, digits, - and _').optional().describe('name in the run; the class name in lower case unless stated'),
  capitalUsd: positiveText.optional().describe("money set aside for it: '50000'"),
  config: z.record(z.string(), z.unknown()).optional().describe("what the strategy's own schema asks for"),
});

const usd = z.number().positive();
const usdOrEach = z.union([usd, z.record(z.string(), usd)], { error: 'give one figure of more than 0 for all, or one for each by name: { BTC: 20000 }' });
const risk = z.strictObject({
  maxOrderNotionalUsd: usd.optional().describe('value of one order'),
  maxPositionNotionalUsd: usd.optional().describe('value of the position in any one instrument'),
  maxAssetNotionalUsd: usdOrEach.optional().describe('value of all positions in one asset without sign; one figure for all, or one for each'),
  maxAssetNetUsd: usdOrEach.optional().describe('long less short value of all positions in one asset; one figure for all, or one for each'),
  maxVenueNotionalUsd: usdOrEach.optional().describe('value of all positions at one venue without sign; one figure for all, or one for each'),
  maxGrossNotionalUsd: usd.optional().describe('value of all positions everywhere without sign'),
  maxStrategySharePct: percent.optional().describe("share of all equity that one strategy's positions may take"),
  maxVenueSharePct: percent.optional().describe('share of all equity that may lie in positions at one venue'),
  maxDailyLossUsd: usd.optional().describe('loss since 00:00 UTC at which no new risk is taken until the next day'),
  maxLeverage: z.number().min(1).optional().describe('position value at one venue over the equity there'),
  maxOrdersPerSecond: z.int().min(1).max(MAX_ORDERS_PER_SECOND).optional().describe('orders to one venue within any second'),
  maxMarketAgeMs: z.number().positive().optional().describe('nothing is opened where the market was last heard of longer ago than this'),
  priceBandPct: percent.optional().describe('how far beyond the opposite touch an order may be priced; 10 unless stated'),
  tradingState: z.enum(['ACTIVE', 'REDUCING', 'HALTED']).optional().describe('ACTIVE unless stated; REDUCING lets only exits leave, HALTED nothing'),
});

const config = z.strictObject({
  $schema: z.string().optional().describe('path of this JSON Schema, for completion in editors'),
  strategies: z.array(strategyEntry).min(1).describe('what trades; one or more'),
  venues: z.record(z.string().regex(/^[A-Z][A-Z0-9_-]*$/, 'venues are written in upper case: BYBIT'), venue).optional().describe('venues by name; without them every venue of the data has its profile'),
  data: z.strictObject({
    catalog: z.string().describe('folder of a catalog, or a dataset such as datasets/demo'),
    from: timeText.optional().describe('first time, ISO 8601; all there is unless stated'),
    to: timeText.optional().describe('end, exclusive, ISO 8601'),
  }).optional().describe('market data and the part of it that is replayed'),
  risk: risk.optional().describe('limits of the run; none unless stated, but for the price band'),
  seed: z.int().min(0).optional().describe('seed of every random stream; 1 unless stated'),
  out: z.string().optional().describe('folder for results; runs unless stated'),
});

/**
 * The JSON Schema of a config file, for completion in editors: `arb config schema` prints it, `arb.config.schema.json` holds it. Draft 7 is what editors know in full. What stands
 * in a TypeScript config alone, a class under `use`, is left out; what a strategy's `config` holds is its own schema's affair.
 */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(config, {
    target: 'draft-7', io: 'input', unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => { if (zodSchema === use) jsonSchema.anyOf = jsonSchema.anyOf!.slice(0, 1); },
  });
  return { title: 'Config of @arb', ...schema } as Record<string, unknown>;
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
