import type { Order } from '../model/order.ts';

/** What the engine must do to the other orders of a list. */
export interface ContingencyActions {
  /** Send a held order for this many lots. */
  release(order: Order, lots: number): void;
  cancel(order: Order): void;
  /** Add lots to the total of an open or held order; negative takes some off, and an order of which nothing is left ends. */
  resize(order: Order, deltaLots: number): void;
  /** Lots of an open order that may still fill, once the changes under way are done. */
  left(order: Order): number;
}

/**
 * Keeps linked orders consistent: OTO children leave when their parent has filled, sized to what it filled; of OCO orders the first that fills or ends
 * cancels the others; a fill of an OUO order reduces the others. Where every child of an order has ended, what is left of the order is canceled: more fills
 * would be without their exits. For the same reason the last child of which nothing is left stays until the order has ended, and takes what that fills
 * meanwhile. Works on any venue, since it only uses plain orders.
 */
export class Contingencies {
  readonly #orders = new Map<string, Order>();
  readonly #actions: ContingencyActions;
  /** Children that only wait for the end of their parent, and their lots that are for nothing. */
  readonly #kept = new Map<Order, number>();

  constructor(actions: ContingencyActions) { this.#actions = actions; }

  /** Takes orders of a list under watch; plain orders never come here. */
  watch(orders: readonly Order[]): void {
    for (const order of orders) this.#orders.set(key(order, order.sequence), order);
  }

  /** True for a child that must wait for its parent. */
  static isHeld(order: Order): boolean { return order.options?.parentSequence !== undefined; }

  /** True for an order whose events matter here. */
  static isLinked(order: Order): boolean {
    return order.options !== undefined && (order.options.parentSequence !== undefined || (order.options.contingency ?? 'NONE') !== 'NONE');
  }

  /** True where the fate of one order decides about the other. */
  static areLinked(order: Order, other: Order): boolean {
    return order !== other && (order.options?.linkedOrders?.includes(other.sequence) ?? false);
  }

  /** An order of a list filled `lots` more. */
  filled(order: Order, lots: number): void {
    const contingency = order.options?.contingency;
    if (contingency === 'OTO') for (const child of this.#linked(order)) this.#feed(child, order, lots);
    else if (contingency === 'OCO') for (const other of this.#linked(order)) this.#actions.cancel(other);
    else if (contingency === 'OUO') for (const other of this.#linked(order)) this.#reduce(other, lots);
  }

  /** An order of a list ended. */
  closed(order: Order): void {
    const contingency = order.options?.contingency;
    this.#orders.delete(key(order, order.sequence));
    this.#kept.delete(order);
    if (contingency === 'OTO') { for (const child of this.#linked(order)) if (order.filledLots === 0 || this.#kept.has(child)) this.#actions.cancel(child); }
    else if (contingency === 'OCO' || contingency === 'OUO') for (const other of this.#linked(order)) if (order.filledLots < order.lots || contingency === 'OCO' || other.leavesLots === 0) this.#actions.cancel(other);
    this.#endParent(order);
  }

  #feed(child: Order, parent: Order, lots: number): void {
    if (!child.isOpen) return;                            // ended when its sibling could not leave
    if (child.status === 'EMULATED') this.#actions.release(child, parent.filledLots);
    else {
      this.#actions.resize(child, lots - (this.#kept.get(child) ?? 0));
      this.#kept.delete(child);
    }
  }

  /** A sibling filled what this order was for, too. */
  #reduce(order: Order, lots: number): void {
    const left = this.#actions.left(order);
    const parent = this.#parentOf(order);
    if (lots < left || parent === undefined || !parent.isOpen) { this.#actions.resize(order, -lots); return; }
    this.#kept.set(order, left);
    this.#actions.cancel(parent);
  }

  #parentOf(child: Order): Order | undefined {
    const parentSequence = child.options?.parentSequence;
    return parentSequence === undefined ? undefined : this.#orders.get(key(child, parentSequence));
  }

  #endParent(child: Order): void {
    const parent = this.#parentOf(child);
    if (parent !== undefined && parent.isOpen && this.#linked(parent).every(({ isPendingCancel }) => isPendingCancel)) this.#actions.cancel(parent);      // not only when their ends are told: fills until then would have no exits
  }

  #linked(order: Order): Order[] {
    return (order.options?.linkedOrders ?? []).map((sequence) => this.#orders.get(key(order, sequence))).filter((other) => other !== undefined && other.isOpen) as Order[];
  }
}

const key = (order: Order, sequence: number): string => `${order.strategyId} ${sequence}`;
