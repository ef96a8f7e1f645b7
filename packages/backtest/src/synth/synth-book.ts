import { exp, log, type RandomStream } from '@arb/core/internal';
import { F_CLEAR, F_SNAPSHOT, F_WINDOW } from '../catalog/chunks.ts';
import type { BookBuffer } from './chunk-buffers.ts';
import type { BookModel } from './recipe.ts';

/** Levels a side can hold while a message is being made, and changes one message can have. */
const MAX_LEVELS = 256;
const MAX_CHANGES = 512;
/** Levels put into a hole, or at the far end, by one message: a book refills, it does not jump back. */
const FILLS_PER_MESSAGE = 2;
/** A hole wider than this many typical distances is filled. */
const HOLE_SPACINGS = 2.5;
/** Chance that a level left behind by the best price stays, with an ordinary size. */
const KEEP_OLD_BEST = 0.8;

/** How prices and sizes of the generator become ticks and lots. */
export interface BookGrid {
  /** Ticks per step of the generator's price grid. */
  readonly gridTicks: number;
  /** Price of one step, in quote currency. */
  readonly stepPrice: number;
  /** Lots in one base unit. */
  readonly lotsPerUnit: number;
}

/**
 * One side: keys ascending from the best. A key is the price in grid steps, negated on the bid side, so one code serves both.
 */
class Side {
  readonly keys: Int32Array = new Int32Array(MAX_LEVELS);
  readonly lots: Float64Array = new Float64Array(MAX_LEVELS);
  count = 0;

  /** Index of the first key not below `key`. */
  find(key: number): number {
    let index = 0;
    while (index < this.count && this.keys[index]! < key) index++;
    return index;
  }

  insert(index: number, key: number, lots: number): void {
    this.keys.copyWithin(index + 1, index, this.count);
    this.lots.copyWithin(index + 1, index, this.count);
    this.keys[index] = key;
    this.lots[index] = lots;
    this.count++;
  }

  remove(index: number): void {
    this.keys.copyWithin(index, index + 1, this.count);
    this.lots.copyWithin(index, index + 1, this.count);
    this.count--;
  }
}

/** The generator's order book of one instrument. It quotes around a mid it is given; what differs after a message is what the message says. */
export class SynthBook {
  readonly #sides: readonly [Side, Side] = [new Side(), new Side()];
  readonly #model: BookModel;
  readonly #grid: BookGrid;
  readonly #random: RandomStream;
  readonly #changedSide: Uint8Array = new Uint8Array(MAX_CHANGES);
  readonly #changedKey: Int32Array = new Int32Array(MAX_CHANGES);
  readonly #lotsBefore: Float64Array = new Float64Array(MAX_CHANGES);
  readonly #touchMu: number;
  #changes = 0;
  #spacing = 1;
  /** Grid steps in one basis point of the price. */
  #stepsPerBps = 1;
  #lotsPerUsd = 1;

  constructor(model: BookModel, grid: BookGrid, random: RandomStream) {
    this.#model = model;
    this.#grid = grid;
    this.#random = random;
    this.#touchMu = log(model.touchUsd);
  }

  /** Best bid and ask in grid steps; both sides always have levels after the first {@link requote}. */
  get bestBid(): number { return -this.#sides[0].keys[0]!; }
  get bestAsk(): number { return this.#sides[1].keys[0]!; }
  get bidLevels(): number { return this.#sides[0].count; }
  get askLevels(): number { return this.#sides[1].count; }

  /** Price in grid steps and size of a level; `side` 0 bid, 1 ask. */
  priceAt(side: 0 | 1, level: number): number { return side === 0 ? -this.#sides[0].keys[level]! : this.#sides[1].keys[level]!; }
  lotsAt(side: 0 | 1, level: number): number { return this.#sides[side].lots[level]!; }

  /** Average price, in grid steps, at which `notional` (quote currency) fills on a side; what is visible if the side is thinner. */
  impactPrice(side: 0 | 1, notional: number): number {
    const { stepPrice, lotsPerUnit } = this.#grid;
    const levels = this.#sides[side].count;
    let left = notional;
    let units = 0;
    let value = 0;
    for (let level = 0; level < levels && left > 0; level++) {
      const price = this.priceAt(side, level);
      const available = this.lotsAt(side, level) / lotsPerUnit * price * stepPrice;
      if (level === 0 && available >= left) return price;
      const taken = available < left ? available : left;
      units += taken / price;
      value += taken;
      left -= taken;
    }
    return value / units;
  }

  /** Takes up to `lots` from a level, at a trade; an emptied level is gone. Returns what was taken. */
  take(side: 0 | 1, level: number, lots: number): number {
    const levels = this.#sides[side];
    const available = levels.lots[level]!;
    const taken = lots < available ? lots : available;
    this.#remember(side, levels.keys[level]!, available);
    if (taken === available) levels.remove(level);
    else levels.lots[level] = available - taken;
    return taken;
  }

  /** Moves the book so that it quotes around `mid` (grid steps) with the spread the model draws. @param volatility over its mean */
  requote(mid: number, volatility: number): void {
    const random = this.#random;
    this.#stepsPerBps = mid * 1e-4;
    this.#spacing = Math.max(1, this.#model.spacingBps * this.#stepsPerBps);
    this.#lotsPerUsd = this.#grid.lotsPerUnit / (mid * this.#grid.stepPrice);
    const spread = this.#drawSpread(volatility);
    const bid = Math.floor(mid - spread / 2 + 0.5);
    this.#moveSide(0, -bid);
    this.#moveSide(1, bid + spread);
    const refreshes = this.#model.refreshesPerMessage;
    let count = Math.floor(refreshes);
    if (random.coarse() < refreshes - count) count++;
    for (; count > 0; count--) this.#refresh(random.coarse() < 0.5 ? 0 : 1);
  }

  /** Writes what changed since the last message as its rows; false where nothing did. */
  writeChanges(buffer: BookBuffer): boolean {
    const windowFlag = this.#model.isWindow ? F_WINDOW : 0;
    let rows = 0;
    for (let change = 0; change < this.#changes; change++) {
      const side = this.#changedSide[change]!;
      const key = this.#changedKey[change]!;
      const levels = this.#sides[side as 0 | 1];
      const index = levels.find(key);
      const lots = index < levels.count && levels.keys[index] === key ? levels.lots[index]! : 0;
      if (lots === this.#lotsBefore[change]) continue;
      buffer.add(side, (side === 0 ? -key : key) * this.#grid.gridTicks, lots, windowFlag);
      rows++;
    }
    this.#changes = 0;
    return rows > 0;
  }

  /** Forgets what changed: nobody is listening yet. */
  dropChanges(): void {
    this.#changes = 0;
  }

  /** Writes the whole book as the rows of a snapshot. */
  writeSnapshot(buffer: BookBuffer): void {
    this.#changes = 0;
    const flags = F_SNAPSHOT | (this.#model.isWindow ? F_WINDOW : 0);
    let clear = F_CLEAR;
    for (const side of [0, 1] as const) {
      for (let level = 0; level < this.#sides[side].count; level++) {
        buffer.add(side, this.priceAt(side, level) * this.#grid.gridTicks, this.lotsAt(side, level), flags | clear);
        clear = 0;
      }
    }
  }

  #drawSpread(volatility: number): number {
    const { oneStep, twoSteps, wideSteps } = this.#model.spread;
    // In a busy market the wide spreads are both more frequent and wider.
    const stress = volatility > 1 ? volatility : 1;
    const draw = 1 - (1 - this.#random.coarse()) / stress;
    if (draw < oneStep) return 1;
    if (draw < oneStep + twoSteps) return 2;
    return 3 + Math.floor(this.#random.exponential(wideSteps * stress));
  }

  #moveSide(side: 0 | 1, best: number): void {
    const levels = this.#sides[side];
    let isNewBest = false;
    while (levels.count > 0 && levels.keys[0]! < best) {
      this.#set(side, 0, 0);
      isNewBest = true;
    }
    if (levels.count > 0 && levels.keys[0] === best) {
      if (isNewBest || this.#random.coarse() < this.#model.touchRefresh) this.#set(side, 0, this.#touchLots());
    } else {
      this.#insert(side, best, this.#touchLots());
      if (!isNewBest && levels.count > 1) this.#demote(side);
    }
    this.#fillHole(side);
    this.#extend(side);
  }

  /** The level that was best until now: it stays as an ordinary one if it stands apart from its neighbours. */
  #demote(side: 0 | 1): void {
    const levels = this.#sides[side];
    const { keys } = levels;
    const isApart = keys[1]! - keys[0]! >= this.#spacing * 0.5 && (levels.count < 3 || keys[2]! - keys[1]! >= this.#spacing);
    this.#set(side, 1, isApart && this.#random.coarse() < KEEP_OLD_BEST ? this.#levelLots(keys[1]! - keys[0]!) : 0);
  }

  #fillHole(side: 0 | 1): void {
    const levels = this.#sides[side];
    let filled = 0;
    for (let index = 0; index + 1 < levels.count && index < FILLS_PER_MESSAGE && filled < FILLS_PER_MESSAGE; index++) {
      const { keys } = levels;
      if (keys[index + 1]! - keys[index]! <= HOLE_SPACINGS * this.#spacing) continue;
      const key = keys[index]! + this.#gap();
      if (key >= keys[index + 1]!) continue;
      this.#insert(side, key, this.#levelLots(key - keys[0]!));
      filled++;
    }
  }

  /** Keeps the number of levels within the model's bounds, at the far end. */
  #extend(side: 0 | 1): void {
    const levels = this.#sides[side];
    const { minLevels, maxLevels } = this.#model;
    while (levels.count > maxLevels) this.#set(side, levels.count - 1, 0);
    let added = 0;
    while (levels.count < minLevels && (added < FILLS_PER_MESSAGE || levels.count < minLevels / 2)) {
      const key = levels.keys[levels.count - 1]! + this.#gap();
      if (side === 0 && key >= 0) return;
      this.#insert(side, key, this.#levelLots(key - levels.keys[0]!));
      added++;
    }
  }

  #refresh(side: 0 | 1): void {
    const levels = this.#sides[side];
    const level = 1 + Math.floor(this.#random.exponential(levels.count * 0.3));
    if (level < levels.count) this.#set(side, level, this.#levelLots(levels.keys[level]! - levels.keys[0]!));
  }

  #gap(): number {
    return Math.max(1, Math.floor(this.#spacing * (0.5 + this.#random.coarse())));
  }

  #touchLots(): number {
    return this.#toLots(exp(this.#touchMu + this.#model.touchSigma * this.#random.normal()));
  }

  #levelLots(distanceSteps: number): number {
    const median = this.#model.levelUsd + this.#model.levelUsdPerBps * (distanceSteps / this.#stepsPerBps);
    return this.#toLots(median * exp(this.#model.levelSigma * this.#random.normal()));
  }

  #toLots(usd: number): number {
    const lots = Math.floor(usd * this.#lotsPerUsd);
    return lots < 1 ? 1 : lots;
  }

  #insert(side: 0 | 1, key: number, lots: number): void {
    const levels = this.#sides[side];
    const index = levels.find(key);
    if (levels.count === MAX_LEVELS - 1) this.#set(side, levels.count - 1, 0);
    this.#remember(side, key, 0);
    levels.insert(index, key, lots);
  }

  #set(side: 0 | 1, index: number, lots: number): void {
    const levels = this.#sides[side];
    this.#remember(side, levels.keys[index]!, levels.lots[index]!);
    if (lots === 0) levels.remove(index);
    else levels.lots[index] = lots;
  }

  /** Notes what a level was before the message in hand; the first note counts. */
  #remember(side: 0 | 1, key: number, lots: number): void {
    for (let change = 0; change < this.#changes; change++) {
      if (this.#changedKey[change] === key && this.#changedSide[change] === side) return;
    }
    this.#changedSide[this.#changes] = side;
    this.#changedKey[this.#changes] = key;
    this.#lotsBefore[this.#changes++] = lots;
  }
}
