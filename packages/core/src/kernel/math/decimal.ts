import { Decimal as DecimalJs } from 'decimal.js';

/**
 * The decimal number of the API: 60 significant digits, half-even rounding, one constructor for the whole framework.
 *
 * Compare with `.eq() .lt() .gt()`: `<` and `===` compile and are wrong. See docs/concepts/numbers.md.
 */
export const Decimal: typeof DecimalJs = DecimalJs.clone({ precision: 60, rounding: DecimalJs.ROUND_HALF_EVEN, toExpNeg: -40, toExpPos: 40, defaults: true });
/** A decimal number. */
export type Decimal = DecimalJs;

/** What the API takes for a price, quantity or amount: a Decimal or a decimal string; a number only where it is exactly on the grid. */
export type DecimalInput = Decimal | string | number;
