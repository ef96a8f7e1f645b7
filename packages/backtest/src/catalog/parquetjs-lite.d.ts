/** The part of parquetjs-lite 0.8.7 that we use; it ships no types. */
declare module 'parquetjs-lite' {
  interface FieldDefinition {
    readonly type: 'TIMESTAMP_MICROS' | 'INT64' | 'UTF8' | 'DOUBLE' | 'BOOLEAN';
    readonly optional?: boolean;
    readonly compression?: 'SNAPPY';
    readonly statistics?: boolean;
  }

  class ParquetSchema {
    constructor(fields: Readonly<Record<string, FieldDefinition>>);
  }

  class ParquetWriter {
    static openFile(schema: ParquetSchema, path: string, options: { readonly rowGroupSize: number; readonly useDataPageV2: boolean; readonly pageIndex: boolean }): Promise<ParquetWriter>;
    appendRow(row: Readonly<Record<string, unknown>>): Promise<void>;
    close(): Promise<void>;
  }

  const parquet: { readonly ParquetSchema: typeof ParquetSchema; readonly ParquetWriter: typeof ParquetWriter };
  // eslint-disable-next-line import/no-default-export -- a CommonJS module has no other export
  export default parquet;
  export type { ParquetWriter };
}
