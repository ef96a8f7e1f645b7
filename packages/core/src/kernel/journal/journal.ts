/** Where the kernel's journal goes: bytes only. Hashing and files are the host's. */
export interface Journal {
  /**
   * Takes the next bytes of the journal. The buffer is reused after the call returns: copy what is kept.
   * @param length how many bytes of `bytes` count
   */
  append(bytes: Uint8Array, length: number): void;
}
