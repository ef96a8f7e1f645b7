import { type Encoding, ENCODINGS, MAX_PAGE_BYTES, MAX_PAGE_ROWS, PAGE } from './format.ts';
import { corrupt } from './page-fault.ts';
import { ThriftReader, type ThriftStruct } from './thrift.ts';

/** What a page says of itself. */
export interface PageHeader {
  readonly type: number;
  readonly encoding: Encoding;
  /** Values, nulls included; entries of a dictionary. */
  readonly values: number;
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  readonly crc: number | undefined;
  /** Only in version 2: bytes of levels before the values, never compressed. */
  readonly definitionBytes: number;
  readonly repetitionBytes: number;
  readonly isCompressed: boolean;
  /** Where the page's bytes begin. */
  readonly bodyStart: number;
}

/**
 * Reads a page header at `position`.
 *
 * @throws PageFault where it is damaged or its page would leave `bytes`
 */
export function readPageHeader(bytes: Uint8Array, position: number): PageHeader {
  const reader = new ThriftReader(bytes, position);
  const head = reader.struct();
  const type = integer(head, 1, 3);
  const compressedBytes = integer(head, 3, MAX_PAGE_BYTES);
  if (compressedBytes > bytes.length - reader.position) corrupt(`page of ${compressedBytes} bytes leaves its column`);
  const detail = head.get(type === PAGE.data ? 5 : type === PAGE.dictionary ? 7 : 8);
  const isValues = type !== PAGE.index;
  if (isValues && !(detail instanceof Map)) corrupt('page header without its values part');
  const part: ThriftStruct = detail instanceof Map ? detail : new Map();
  const isV2 = type === PAGE.dataV2;
  const encoding = ENCODINGS[isValues ? integer(part, isV2 ? 4 : 2, ENCODINGS.length - 1) : 0]!;
  const definitionBytes = isV2 ? integer(part, 5, compressedBytes) : 0;
  const repetitionBytes = isV2 ? integer(part, 6, compressedBytes) : 0;
  if (definitionBytes + repetitionBytes > compressedBytes) corrupt('levels longer than their page');
  const crc = head.get(4);
  return {
    type, encoding, compressedBytes, definitionBytes, repetitionBytes,
    values: isValues ? integer(part, 1, MAX_PAGE_ROWS) : 0,
    uncompressedBytes: integer(head, 2, MAX_PAGE_BYTES),
    crc: typeof crc === 'number' ? crc : undefined,
    isCompressed: isV2 ? part.get(7) !== false : true,
    bodyStart: reader.position,
  };
}

function integer(fields: ThriftStruct, field: number, most: number): number {
  const value = fields.get(field);
  if (typeof value !== 'number' || !(value >= 0 && value <= most)) return corrupt(`page header field ${field} is ${String(value)}`);
  return value;
}
