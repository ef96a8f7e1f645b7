export interface CatalogSource {
  /** Short name, unique in the catalog: `tardis`, `demo generator 1`. */
  readonly name: string;
  /** SPDX id or a sentence: `MIT`, `venue terms, not for redistribution`. */
  readonly licence: string;
  readonly url?: string;
  /** True where the data was made by a generator; such data is labelled in every report. */
  readonly isSynthetic: boolean;
}
