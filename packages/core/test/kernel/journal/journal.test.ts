import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/kernel/journal/canonical-json.ts';
import { readJournal } from '../../../src/kernel/journal/journal-reader.ts';
import { JournalWriter } from '../../../src/kernel/journal/journal-writer.ts';
import { RECORD_KINDS } from '../../../src/kernel/journal/record-kinds.ts';
import { Decimal } from '../../../src/kernel/math/decimal.ts';

function recorded(write: (writer: JournalWriter) => void): Uint8Array {
  const parts: Uint8Array[] = [];
  const writer = new JournalWriter({ append: (bytes, length) => { parts.push(bytes.slice(0, length)); } });
  write(writer);
  writer.flush();
  return new Uint8Array(Buffer.concat(parts));
}

describe('journal', () => {
  it('REQ-A63 REQ-B68 reads back what was written: numbers, money of both signs, any text', () => {
    fc.assert(fc.property(fc.bigInt(-(2n ** 126n), 2n ** 126n), fc.double({ noNaN: true }), fc.string({ unit: 'grapheme' }), (amount, number, text) => {
      const bytes = recorded((writer) => {
        writer.setInput(7, 1_700_000_000_000_000);
        writer.text(text);
        writer.begin('Posting').ref(text).money(amount);
        writer.begin('TimerFired').ref(text).number(number);
      });
      expect([...readJournal(bytes)]).toEqual([
        { kind: 'Posting', sequence: 7, tsInit: 1_700_000_000_000_000, fields: { account: text, amount }, endOffset: bytes.length - 29 },
        { kind: 'TimerFired', sequence: 7, tsInit: 1_700_000_000_000_000, fields: { name: text, dueAt: number }, endOffset: bytes.length },
      ]);
    }));
  });

  it('gives the same bytes however the buffer was flushed between', () => {
    const write = (flush: boolean) => (writer: JournalWriter): void => {
      for (let i = 0; i < 5_000; i++) {
        writer.setInput(i, i * 10);
        writer.json('Decision', 's', { i, note: 'x'.repeat(i % 50) });
        if (flush && i % 7 === 0) writer.flush();
      }
    };
    expect(Buffer.compare(recorded(write(false)), recorded(write(true)))).toBe(0);
  });

  it('names the byte where a journal was cut off or is none', () => {
    const bytes = recorded((writer) => { writer.json('Decision', 's', { a: 1 }); });
    expect(() => [...readJournal(bytes.subarray(0, bytes.length - 1))]).toThrow(/ends inside a record at byte \d+/);
    expect(() => [...readJournal(new Uint8Array([250, 1, 2]))]).toThrow('byte 0: 250 is no record kind');
  });

  it('never uses a code twice', () => {
    const codes = Object.values(RECORD_KINDS).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('encodes nothing where nobody keeps a journal', () => {
    const writer = new JournalWriter(undefined);
    expect(writer.isOn).toBe(false);
    writer.json('Decision', 's', { a: Number.NaN });
  });
});

describe('canonical JSON', () => {
  it('sorts keys, drops undefined, keeps Decimals and bigints exact', () => {
    expect(canonicalJson({ b: [1, undefined, { z: 1, a: null }], a: new Decimal('0.10'), c: 12345678901234567890n })).toBe('{"a":"0.1","b":[1,null,{"a":null,"z":1}],"c":"12345678901234567890"}');
  });

  it('does not depend on the order in which keys were set', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.integer()), (object) => {
      const reversed = Object.fromEntries(Object.entries(object).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(object));
    }));
  });

  it('names the path of what JSON cannot hold', () => {
    expect(() => canonicalJson({ a: [{ b: Number.NaN }] })).toThrow('$.a[0].b is NaN');
    expect(() => canonicalJson({ f: () => 0 })).toThrow('$.f is a function');
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(() => canonicalJson(cycle)).toThrow('nested deeper');
  });
});
