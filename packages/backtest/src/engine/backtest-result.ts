import { writeFileSync } from 'node:fs';
import { Decimal } from '@arb/core';
import { accountsTable, balancesTable } from '../report/account-tables.ts';
import { buildRunReport } from '../report/build-run-report.ts';
import type { RunFacts } from '../report/run-facts.ts';
import type { AccountColumn, Attribution, BalanceColumn, RunReport, RunStatus, Table } from '../report/run-report.ts';
import { renderTearsheet } from '../report/tearsheet.ts';
import type { AccountCurves } from './account-curves.ts';
import type { VerifiedCut } from './verify-run.ts';

/** What a run came to. Money is a Decimal; the full report is plain JSON. */
export class BacktestResult {
  readonly facts: RunFacts;
  /** The runs with the future cut off that wrote the same journal; undefined unless they were asked for. */
  readonly verified: readonly VerifiedCut[] | undefined;
  readonly #curves: AccountCurves;
  #report: RunReport | undefined;

  constructor(facts: RunFacts, curves: AccountCurves, verified?: readonly VerifiedCut[]) {
    this.facts = facts;
    this.#curves = curves;
    this.verified = verified;
  }

  /** The same result, with the runs that verified it. @internal */
  verifiedBy(cuts: readonly VerifiedCut[]): BacktestResult { return new BacktestResult(this.facts, this.#curves, cuts); }

  /** Everything the tearsheet shows, schema `arb.run/1`. */
  get report(): RunReport { return this.#report ??= buildRunReport(this.facts); }
  get status(): RunStatus { return this.facts.status; }
  /** sha256 of all that was decided and happened. */
  get journalHash(): string { return this.facts.journalHash; }
  get rows(): number { return this.facts.rows; }
  get netPnlUsd(): Decimal { return new Decimal(this.facts.netPnlUsd); }
  /** Where the result came from; decimal strings that add up. */
  get attribution(): Attribution { return this.report.attribution; }
  get fills(): RunFacts['fills'] { return this.facts.fills; }
  get orders(): RunFacts['orders'] { return this.facts.orders; }
  get fundingPayments(): RunFacts['fundingPayments'] { return this.facts.fundingPayments; }
  /** Result since the start on a regular grid. */
  get equity(): RunReport['series']['netPnlUsd'] { return this.report.series.netPnlUsd; }

  /** Equity, balance, margin and margin ratio of every account on that grid, in USD and exact: the file `accounts`. */
  get accounts(): Table<AccountColumn> { return accountsTable(this.#curves.accounts); }
  /** What every account holds of every currency on that grid, exact: the file `balances`. */
  get balances(): Table<BalanceColumn> { return balancesTable(this.#curves.balances); }

  /** Writes the self-contained HTML page. */
  async writeTearsheet(path: string): Promise<void> {
    writeFileSync(path, renderTearsheet(this.report));
    return await Promise.resolve();
  }
}
