/** Physical types of the Parquet format, by the name hyparquet gives them; the index is the code in the file. */
export const PHYSICAL_TYPES = ['BOOLEAN', 'INT32', 'INT64', 'INT96', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'] as const;
/** A physical type of the Parquet format. */
export type PhysicalType = typeof PHYSICAL_TYPES[number];

/** Compression codecs of the format; the index is the code in the file. */
export const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW'] as const;
/** A compression codec of the format. */
export type Codec = typeof CODECS[number];

/** Encodings of the format; the index is the code in the file, 1 was withdrawn. */
export const ENCODINGS = [
  'PLAIN', 'GROUP_VAR_INT', 'PLAIN_DICTIONARY', 'RLE', 'BIT_PACKED', 'DELTA_BINARY_PACKED', 'DELTA_LENGTH_BYTE_ARRAY', 'DELTA_BYTE_ARRAY', 'RLE_DICTIONARY',
  'BYTE_STREAM_SPLIT',
] as const;
/** An encoding of the format. */
export type Encoding = typeof ENCODINGS[number];

/** Page types of the format. */
export const PAGE = { data: 0, index: 1, dictionary: 2, dataV2: 3 } as const;

/** First and last four bytes of a Parquet file. */
export const MAGIC = 'PAR1';

/** Above this a page is taken for corrupt: ours have at most 1 MiB, pyarrow's and DuckDB's a few. */
export const MAX_PAGE_BYTES: number = 64 * 1024 * 1024;
/** Above this a footer is taken for corrupt: 10,000 row groups of 12 columns have about 20 MiB. */
export const MAX_FOOTER_BYTES: number = 256 * 1024 * 1024;
/** Rows of one page, and of one row group, above which a file is taken for corrupt. */
export const MAX_PAGE_ROWS: number = 16 * 1024 * 1024;

/** 2^32, where an integer of 64 bits is put together from two halves. */
export const TWO_32 = 4_294_967_296;
/** 2^53: the largest magnitude up to which every integer is a number. */
export const TWO_53 = 9_007_199_254_740_992;
/** Powers of two up to 2^53, by exponent. */
export const POW2: Float64Array = Float64Array.from({ length: 54 }, (_, exponent) => exponent < 31 ? 1 << exponent : (1 << 30) * (1 << Math.min(exponent - 30, 23)));
