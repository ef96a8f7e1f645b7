import { describe, expect, it } from 'vitest';
import { toMoney } from '../../../src/kernel/math/money.ts';
import type { Order } from '../../../src/kernel/model/order.ts';
import { BYBIT, Rig, SPARSE } from './rig.ts';

/** One order at each of two venues. */
function atTwoVenues(rig = new Rig()): { readonly rig: Rig; readonly bybit: Order; readonly hyperliquid: Order } {
  const { runner } = rig.witness();
  const bybit = runner.order.limit({ instrumentId: BYBIT.id, side: 'buy', quantity: '0.010', price: '59990' });
  const hyperliquid = runner.order.limit({ instrumentId: SPARSE.id, side: 'sell', quantity: '0.1', price: '3001' });
  for (const order of [bybit, hyperliquid]) runner.submit(order);
  rig.kernel.drain();
  return { rig, bybit, hyperliquid };
}

describe('REQ-D12 execution engine', () => {
  it('routes every command to the client of the order\'s venue, and to no other', () => {
    const { rig, bybit, hyperliquid } = atTwoVenues();
    rig.report((kernel, at) => { for (const order of [bybit, hyperliquid]) kernel.accepted(order, at); });
    rig.kernel.execution.modify(bybit, { tick: 599_800, lots: 10 });
    rig.kernel.execution.cancel(hyperliquid);
    expect([...rig.clients].map(([venue, { told }]) => [venue, told])).toEqual([['BYBIT', ['submit 1', 'modify 1 599800@10']], ['HYPERLIQUID', ['submit 2', 'cancel 2']]]);
  });

  it('moves only the order a venue reports on, along its state machine', () => {
    const { rig, bybit, hyperliquid } = atTwoVenues();
    rig.report((kernel, at) => { kernel.accepted(bybit, at); });
    rig.fill(bybit, 4);
    expect([bybit.status, hyperliquid.status]).toEqual(['PARTIALLY_FILLED', 'SUBMITTED']);
    rig.report((kernel, at) => { kernel.rejected(hyperliquid, at, 'NO', 'closed'); });
    rig.fill(bybit, 6);
    expect([bybit.status, hyperliquid.status]).toEqual(['FILLED', 'REJECTED']);
    rig.report((kernel, at) => { kernel.canceled(bybit, at, 'late'); kernel.accepted(hyperliquid, at); });
    expect([bybit.status, hyperliquid.status]).toEqual(['FILLED', 'REJECTED']);
  });

  it('reconciles: an order of unknown outcome is settled by what the venue says later, and an account that differs is told, amount by amount', () => {
    const warnings: unknown[] = [];
    const logger = { debug: () => {}, info: () => {}, warn: (_message: string, data?: unknown) => { warnings.push(data); }, error: () => {} };
    const { rig, bybit } = atTwoVenues(new Rig({ loggers: { child: () => logger } as never }));
    rig.report((kernel, at) => { kernel.unknown(bybit, at, 'no answer'); });
    expect([bybit.isUnknown, bybit.isOpen]).toEqual([true, true]);
    rig.report((kernel, at) => { kernel.accepted(bybit, at, 'v1'); });
    rig.fill(bybit, 10, { fee: toMoney('0.5') });
    expect([bybit.isUnknown, bybit.status]).toEqual([false, 'FILLED']);

    const report = (lots: number, usdt: string): void => {
      rig.report((kernel, tsEvent) => { kernel.accountReported('BYBIT', { balances: [{ currency: 'USDT', total: toMoney(usdt) }], positions: [{ instrumentId: BYBIT.id, lots }], tsEvent }); });
    };
    report(10, '999999.5');
    expect(warnings).toEqual([]);                                        // both say the same
    report(9, '999999.4');
    expect(warnings).toEqual([{ venue: 'BYBIT', differences: [{ kind: 'balance', subject: 'USDT', ours: '999999.5', theirs: '999999.4' }, { kind: 'position', subject: BYBIT.id, ours: '0.01', theirs: '0.009' }] }]);
  });
});
