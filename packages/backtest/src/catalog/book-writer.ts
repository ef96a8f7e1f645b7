import { MICROS_PER_DAY } from '@arb/core';
import { F_CLEAR, F_LAST, F_SNAPSHOT, F_WINDOW } from './chunks.ts';
import type { FileSeries } from './file-series.ts';
import { ParquetReader } from './parquet/parquet-reader.ts';
import type { RowContext } from './row-writers.ts';
import type { BookRow } from './rows.ts';
import type { StreamFile } from './stream-files.ts';
import { WriterBook } from './writer-book.ts';

/** Most rows of one message; a book of more levels a side than this is no book. */
export const MAX_MESSAGE_ROWS = 65_536;
const MAX_TICK = 0x7fff_ffff;
const MAX_FLAGS = F_LAST | F_SNAPSHOT | F_CLEAR | F_WINDOW;

/** Columns of a book file, see schemas.ts. */
const COLUMN = { tsEvent: 0, tsInit: 1, side: 2, price: 3, size: 4, flags: 5, sequence: 6 } as const;

/**
 * Writes book messages. It keeps the book itself, which begins every file as a snapshot and shows crossed prices. A message that breaks a rule is taken back
 * as a whole, so that a caller may note a gap and go on with the next snapshot.
 */
export class BookWriter {
  readonly #context: RowContext;
  readonly #series: FileSeries;
  readonly #book = new WriterBook();
  #hasBook = false;
  #sequence = 0;
  #windowFlag = 0;
  /** Rows of the message in hand, and where it began. */
  #messageRows = 0;
  #messageStart = 0;
  #head: BookRow = { tsEvent: 0, tsInit: 0, side: 0, tick: 0, lots: 0, flags: 0, sequence: 0 };

  constructor(context: RowContext, series: FileSeries) {
    this.#context = context;
    this.#series = series;
  }

  /** @throws ArbError with the rule's code; the message in hand is then forgotten */
  add(row: BookRow): void {
    try {
      if (this.#messageRows === 0) this.#begin(row);
      else this.#continue(row);
      this.#put(row);
      if ((row.flags & F_LAST) !== 0) this.#end(row);
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  /** @throws ArbError `ARB_MESSAGE_OPEN` where the last message has no end */
  finish(): void {
    if (this.#messageRows > 0) {
      this.#rollback();
      this.#context.rules.fail('ARB_MESSAGE_OPEN', 'the last message has no row with F_LAST', 'set flag 1 on the last row of each message');
    }
  }

  #begin(row: BookRow): void {
    const { rules } = this.#context;
    rules.checkTimes(row);
    this.#checkRow(row);
    const isSnapshot = (row.flags & F_SNAPSHOT) !== 0;
    if (isSnapshot !== ((row.flags & F_CLEAR) !== 0)) rules.fail('ARB_ROW_CODE', `flags are ${row.flags}`, 'the first row of a snapshot has both 2 (snapshot) and 4 (clear)');
    if (!isSnapshot) this.#checkSequence(row);
    if (this.#series.prepare(row) && !isSnapshot) this.#writeOpening(row);
    if (!isSnapshot && !this.#hasBook) rules.fail('ARB_BOOK_NO_SNAPSHOT', 'the first message is no snapshot', 'begin with a snapshot (flags 2 and 4), or import the day before first');
    this.#head = { ...row };
    this.#messageStart = this.#series.buffers.rows;
    if (isSnapshot) this.#book.clear();
  }

  #checkSequence(row: BookRow): void {
    if (row.sequence > 0 && row.sequence <= this.#sequence) {
      this.#context.rules.fail('ARB_ROW_DUPLICATE', `sequence ${row.sequence} follows ${this.#sequence}`, 'drop the repeated message; after a reset begin with a snapshot');
    }
  }

  #continue(row: BookRow): void {
    const { rules } = this.#context;
    this.#checkRow(row);
    if (row.tsInit !== this.#head.tsInit || row.tsEvent !== this.#head.tsEvent || row.sequence !== this.#head.sequence) {
      rules.fail('ARB_MESSAGE_OPEN', 'time or sequence changes within a message', 'set flag 1 on the last row of each message');
    }
    if ((row.flags & F_CLEAR) !== 0) rules.fail('ARB_ROW_CODE', `flags are ${row.flags} within a message`, 'only the first row of a snapshot clears the book');
    if (((row.flags ^ this.#head.flags) & (F_SNAPSHOT | F_WINDOW)) !== 0) rules.fail('ARB_ROW_CODE', `flags ${row.flags} follow ${this.#head.flags}`, 'flags 2 and 8 hold for a whole message');
    if (this.#messageRows >= MAX_MESSAGE_ROWS) rules.fail('ARB_MESSAGE_TOO_LONG', `message of more than ${MAX_MESSAGE_ROWS} rows`, 'set flag 1 on the last row of each message');
  }

  #checkRow(row: BookRow): void {
    const { rules, checkTick } = this.#context;
    rules.checkCode(row.side, 1, 'side');
    rules.checkCode(row.flags, MAX_FLAGS, 'flags');
    rules.checkSteps(row.tick, 'tick');
    rules.checkSteps(row.lots, 'lots');
    rules.checkWhole(row.sequence, 0, 'sequence');
    if (row.tick > MAX_TICK) rules.fail('ARB_OFF_GRID', `tick is ${row.tick}, more than 2^31`, 'give the instrument a coarser price increment');
    if (row.tick === 0 && row.lots > 0) rules.fail('ARB_ROW_NEGATIVE', 'level at price 0', 'drop or correct the row');
    checkTick(row.tick);
  }

  #put(row: BookRow): void {
    const { rules } = this.#context;
    if ((row.flags & F_SNAPSHOT) !== 0 && row.lots > 0 && this.#book.has(row.side, row.tick)) {
      rules.fail('ARB_ROW_DUPLICATE', `the snapshot has ${this.#context.grids.price.format(row.tick)} twice`, 'drop the repeated level');
    }
    this.#book.set(row.side, row.tick, row.lots);
    this.#write(row);
    this.#messageRows++;
  }

  #write(row: BookRow): void {
    const { buffers } = this.#series;
    const { price, size } = this.#context.grids;
    buffers.reserve();
    buffers.number(COLUMN.tsEvent, row.tsEvent);
    buffers.number(COLUMN.tsInit, row.tsInit);
    buffers.number(COLUMN.side, row.side);
    buffers.number(COLUMN.price, price.toMantissa(row.tick));
    buffers.number(COLUMN.size, size.toMantissa(row.lots));
    buffers.number(COLUMN.flags, row.flags);
    buffers.number(COLUMN.sequence, row.sequence);
    this.#series.accept(row.tsInit);
  }

  #end(row: BookRow): void {
    const { rules, grids } = this.#context;
    const [bid, ask] = [this.#book.best(0), this.#book.best(1)];
    if (bid >= ask) rules.fail('ARB_BOOK_CROSSED', `bid ${grids.price.format(bid)} is not below ask ${grids.price.format(ask)}`, 'drop the message, note a gap and go on with a snapshot');
    this.#book.commit();
    this.#hasBook = true;
    this.#sequence = row.sequence > 0 ? row.sequence : (row.flags & F_SNAPSHOT) !== 0 ? 0 : this.#sequence;
    this.#windowFlag = row.flags & F_WINDOW;
    rules.rows += this.#messageRows - 1;
    rules.accept(row);
    this.#messageRows = 0;
    this.#series.flushIfFull();
  }

  #rollback(): void {
    this.#book.rollback();
    if (this.#messageRows > 0) this.#series.truncate(this.#messageStart);
    this.#messageRows = 0;
  }

  /** The book as it stood before `row`, as the first message of a new file. */
  #writeOpening(row: BookRow): void {
    const { previous } = this.#series;
    const { rules } = this.#context;
    if (!this.#hasBook && previous !== undefined) { this.#load(previous); rules.checkTimes(row); this.#checkSequence(row); }
    if (!this.#hasBook) return;
    const dayStart = Math.floor(row.tsInit / MICROS_PER_DAY) * MICROS_PER_DAY;
    const stamps = { tsEvent: Math.max(0, rules.lastEvent), tsInit: Math.max(dayStart, rules.lastInit), sequence: this.#sequence };
    const last = this.#book.size - 1;
    let i = 0;
    const flags = (): number => F_SNAPSHOT | this.#windowFlag | (i === 0 ? F_CLEAR : 0) | (i >= last ? F_LAST : 0);
    if (last < 0) this.#write({ ...stamps, side: 0, tick: 0, lots: 0, flags: flags() });
    this.#book.forEach((side, tick, lots) => { this.#write({ ...stamps, side, tick, lots, flags: flags() }); i++; });
    this.#series.fileMetadata.set('arb.opening-rows', String(Math.max(1, last + 1)));
    if (previous !== undefined) this.#series.fileMetadata.set('arb.previous', previous.name);
  }

  /** Takes over the book, stamps and sequence at the end of a file of an earlier session. */
  #load(file: StreamFile): void {
    const { grids, rules } = this.#context;
    const reader = ParquetReader.open(file.path);
    try {
      for (let group = 0; group < reader.groups; group++) {
        const rows = reader.groupRows(group);
        const column = (name: string, scale?: ReturnType<typeof grids.price.converter>): Float64Array => {
          const out = new Float64Array(rows);
          reader.readColumn(group, name, { kind: 'number', out, ...(scale === undefined ? {} : { convert: scale }) });
          return out;
        };
        const scaleOf = (name: string): number => reader.columns.get(name)?.scale ?? 0;
        const [side, flags, sequence, event, init] = [column('side'), column('flags'), column('sequence'), column('ts_event'), column('ts_init')];
        const ticks = column('price', grids.price.converter(scaleOf('price'), true));
        const lots = column('size', grids.size.converter(scaleOf('size'), false));
        for (let i = 0; i < rows; i++) {
          if ((flags[i]! & F_CLEAR) !== 0) this.#book.clear();
          this.#book.set(side[i]!, ticks[i]!, lots[i]!);
          this.#book.commit();
          this.#sequence = sequence[i]!;
          this.#windowFlag = flags[i]! & F_WINDOW;
          rules.lastEvent = Math.max(rules.lastEvent, event[i]!);
          rules.lastInit = Math.max(rules.lastInit, init[i]!);
        }
      }
      this.#hasBook = true;
    } finally {
      reader.close();
    }
  }
}
