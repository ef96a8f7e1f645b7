/** Field encodings of a journal record. */
export type FieldType = 'number' | 'byte' | 'money' | 'ref' | 'utf8';

/** Name of a kind of record. */
export type RecordKind =
  | 'Text' | 'OrderCreated' | 'OrderChanged' | 'OrderAmended' | 'Fill' | 'Posting' | 'TimerFired' | 'FundingPayment' | 'ForcedFill' | 'BalanceChange'
  | 'StrategyState' | 'PairEvent' | 'Decision' | 'Message' | 'FeedStatus' | 'RunStarted' | 'RunEnded' | 'SavedState' | 'FundingAccrued' | 'Instrument';

/** Code and fields of a kind. */
export interface RecordShape {
  readonly code: number;
  readonly fields: readonly (readonly [name: string, type: FieldType])[];
}

const json = (code: number, subject: string): RecordShape => ({ code, fields: [[subject, 'ref'], ['json', 'utf8']] });

/**
 * Every kind of journal record with its fields in order. Codes are never reused; a new field means a new code.
 *
 * `strategy`, `instrument` and other names are references to earlier `Text` records, numbered from 0.
 */
export const RECORD_KINDS: Readonly<Record<RecordKind, RecordShape>> = {
  Text: { code: 1, fields: [['text', 'utf8']] },
  OrderCreated: { code: 2, fields: [['strategy', 'ref'], ['order', 'number'], ['instrument', 'ref'], ['side', 'byte'], ['type', 'byte'], ['timeInForce', 'byte'], ['flags', 'byte'], ['tick', 'number'], ['lots', 'number'], ['triggerTick', 'number']] },
  OrderChanged: { code: 3, fields: [['strategy', 'ref'], ['order', 'number'], ['change', 'byte'], ['tsEvent', 'number'], ['code', 'ref'], ['reason', 'ref']] },
  OrderAmended: { code: 4, fields: [['strategy', 'ref'], ['order', 'number'], ['change', 'byte'], ['tsEvent', 'number'], ['tick', 'number'], ['lots', 'number']] },
  Fill: { code: 5, fields: [['strategy', 'ref'], ['order', 'number'], ['tsEvent', 'number'], ['bust', 'byte'], ['liquidity', 'byte'], ['origin', 'byte'], ['tick', 'number'], ['lots', 'number'], ['positionLots', 'number'], ['fee', 'money'], ['feeCurrency', 'ref']] },
  Posting: { code: 6, fields: [['account', 'ref'], ['amount', 'money']] },
  TimerFired: { code: 7, fields: [['name', 'ref'], ['dueAt', 'number']] },
  FundingPayment: { code: 8, fields: [['instrument', 'ref'], ['lots', 'number'], ['amount', 'money'], ['rate', 'money'], ['rateDecimals', 'byte'], ['price', 'money'], ['priceDecimals', 'byte'], ['settlesAt', 'number'], ['tsEvent', 'number']] },
  ForcedFill: { code: 9, fields: [['instrument', 'ref'], ['tsEvent', 'number'], ['side', 'byte'], ['origin', 'byte'], ['tick', 'number'], ['lots', 'number'], ['fee', 'money'], ['feeCurrency', 'ref']] },
  BalanceChange: { code: 10, fields: [['account', 'ref'], ['kind', 'ref'], ['amount', 'money'], ['tsEvent', 'number']] },
  StrategyState: json(11, 'strategy'),
  PairEvent: json(12, 'pair'),
  Decision: json(13, 'strategy'),
  Message: json(14, 'topic'),
  FeedStatus: json(15, 'instrument'),
  RunStarted: json(16, 'run'),
  RunEnded: json(17, 'run'),
  SavedState: json(18, 'strategy'),
  FundingAccrued: { code: 19, fields: [['instrument', 'ref'], ['amount', 'money'], ['tsEvent', 'number']] },
  Instrument: json(20, 'instrument'),
};
