import { ArbError } from '../errors.ts';
import { Decimal } from '../math/decimal.ts';
import type { Indicator } from './indicator.ts';

/** How saved state changes shape between versions of a strategy. */
export interface SavedOptions<State> {
  /** Version of the shape; 1 unless stated. */
  readonly version?: number;
  /** Turns state of an older version into this one. */
  readonly migrate?: (old: unknown, oldVersion: number) => State;
}

/** Saved state as JSON. */
export interface SavedSnapshot {
  readonly states: readonly { readonly version: number; readonly value: unknown }[];
  readonly indicators: readonly { readonly value: unknown }[];
}

const DECIMAL_KEY = '$decimal';

/**
 * The state of one strategy that survives a restart: objects declared with `this.saved` and indicators declared with `this.indicator`, in the order declared.
 */
export class SavedState {
  readonly #states: { readonly value: object; readonly options: SavedOptions<object> }[] = [];
  readonly #indicators: Indicator[] = [];

  /** Declares a state object; its fields are restored into it. */
  declare<State extends object>(initial: State, options: SavedOptions<State>): State {
    encode(initial, 'saved');
    this.#states.push({ value: initial, options: options as SavedOptions<object> });
    return initial;
  }

  /** Declares an indicator; its JSON-able public fields are saved. */
  indicator<T extends Indicator>(indicator: T): T {
    this.#indicators.push(indicator);
    return indicator;
  }

  /** Everything as JSON values. */
  save(): SavedSnapshot {
    return {
      states: this.#states.map(({ value, options }, i) => ({ version: options.version ?? 1, value: encode(value, `saved[${i}]`) })),
      indicators: this.#indicators.map((indicator, i) => ({ value: encode(ownFields(indicator), `indicator[${i}]`) })),
    };
  }

  /**
   * Puts a snapshot back.
   * @throws ArbError `ARB_SAVED_STATE` where the shape changed and no `migrate` was given
   */
  restore(snapshot: SavedSnapshot): void {
    if (snapshot.states.length !== this.#states.length || snapshot.indicators.length !== this.#indicators.length) {
      throw new ArbError('ARB_SAVED_STATE', `the snapshot holds ${snapshot.states.length} saved objects and ${snapshot.indicators.length} indicators, the strategy declares ${this.#states.length} and ${this.#indicators.length}; keep their order, or start without the snapshot`, {});
    }
    this.#states.forEach(({ value, options }, i) => {
      const { version, value: stored } = snapshot.states[i]!;
      const current = options.version ?? 1;
      if (version !== current && options.migrate === undefined) {
        throw new ArbError('ARB_SAVED_STATE', `saved state ${i} is of version ${version}, the strategy wants ${current}; give saved(…, { version: ${current}, migrate })`, { version, current });
      }
      const decoded = decode(stored);
      if (Array.isArray(value)) value.length = 0;
      Object.assign(value, version === current ? decoded : options.migrate!(decoded, version));
    });
    this.#indicators.forEach((indicator, i) => Object.assign(indicator, decode(snapshot.indicators[i]!.value)));
  }
}

function ownFields(indicator: Indicator): Record<string, unknown> {
  return Object.fromEntries(Object.entries(indicator).filter(([, value]) => typeof value !== 'function'));
}

function encode(value: unknown, path: string): unknown {
  if (Decimal.isDecimal(value)) return { [DECIMAL_KEY]: value.toString() };
  if (value === undefined) return { $undefined: true };                        // JSON would drop it, and what was there at first would come back
  if (value === null || ['string', 'boolean'].includes(typeof value)) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $number: String(value) };
  if (Array.isArray(value)) return value.map((item, i) => encode(item, `${path}[${i}]`));
  if (value instanceof Float64Array && path.startsWith('indicator')) return { $float64: Array.from(value, (item, i) => encode(item, `${path}[${i}]`)) };
  if (typeof value === 'object') {
    const prototype = Object.getPrototypeOf(value) as unknown;
    const hasFields = !(value instanceof Map || value instanceof Set || ArrayBuffer.isView(value));      // what these hold is in no field: it would be lost
    if (prototype === Object.prototype || prototype === null || (path.startsWith('indicator') && hasFields)) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item, `${path}.${key}`)]));
    }
  }
  throw new ArbError('ARB_SAVED_STATE', `${path} is a ${typeof value === 'object' ? value.constructor.name : typeof value}; saved state holds JSON values and Decimals`, { path });
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null) return value;
  if (DECIMAL_KEY in value) return new Decimal(String(value[DECIMAL_KEY]));
  if ('$number' in value) return Number(value.$number);
  if ('$undefined' in value) return undefined;
  if ('$float64' in value) return Float64Array.from((value.$float64 as unknown[]).map((item) => decode(item) as number));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
}
