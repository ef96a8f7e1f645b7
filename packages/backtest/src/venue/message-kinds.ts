/*
 * What a message between a simulated venue and its client is about.
 */
// Requests on their way to the venue.
export const SUBMIT = 1;
export const MODIFY = 2;
export const CANCEL = 3;
// Answers on their way back.
export const ACCEPTED = 5;
export const REJECTED = 6;
export const FILLED = 7;
export const TRIGGERED = 8;
export const MODIFIED = 9;
export const MODIFY_REJECTED = 10;
export const CANCELED = 11;
export const CANCEL_REJECTED = 12;
export const EXPIRED = 13;
export const FUNDING_PAID = 14;
export const FORCED_FILL = 15;
export const FUNDING_MISSED = 16;
export const FUNDING_ACCRUED = 17;
