declare const BRAND: unique symbol;

/** A plain value at run time that the compiler does not mix up with others of its base type. */
export type Brand<Base, Name extends string> = Base & { readonly [BRAND]?: Name };
