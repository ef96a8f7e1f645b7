import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderSweepPage } from '../../src/sweep/page/sweep-page.ts';
import type { SweepResult } from '../../src/sweep/sweep-result.ts';
import { sweepFixture } from './sweep-fixture.ts';

const CHROMIUM = process.env['ARB_CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const SIZES = { wide: { width: 1440, height: 1000 }, phone: { width: 390, height: 844 } } as const;
const COMMANDS = { sweep: 'npx arb sweep --param a=1,2', again: 'npx arb backtest --param a=2' };

const isMissing = !existsSync(CHROMIUM);
if (isMissing) console.warn(`sweep page in a browser: skipped, there is no ${CHROMIUM}; apt-get install chromium, or name one in ARB_CHROMIUM`);

let browser: Browser;
let folder: string;
beforeAll(async () => {
  if (isMissing) return;
  folder = mkdtempSync(join(tmpdir(), 'arb-sweep-page-'));
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}, 60_000);
afterAll(async () => {
  if (isMissing) return;
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a page that writes down every error, console line and request. */
async function open(result: SweepResult, options: { readonly size?: keyof typeof SIZES; readonly colorScheme?: 'light' | 'dark' } = {}): Promise<{ readonly page: Page; readonly problems: string[] }> {
  const file = join(folder, `${Math.round(performance.now() * 1e3)}.html`);
  writeFileSync(file, renderSweepPage(result, COMMANDS));
  const page = await browser.newPage({ viewport: SIZES[options.size ?? 'wide'], colorScheme: options.colorScheme ?? 'light' });
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`error ${error.message}`));
  page.on('console', (message) => problems.push(`${message.type()} ${message.text()}`));
  page.on('request', (request) => { if (!/^(file|data):/.test(request.url())) problems.push(`request ${request.url()}`); });
  page.on('dialog', (dialog) => { problems.push(`dialog ${dialog.message()}`); void dialog.dismiss(); });
  await page.goto(pathToFileURL(file).href);
  return { page, problems };
}

const cells = async (page: Page, column: number): Promise<string[]> => await page.$$eval(`table.sortable tbody tr td:nth-child(${column})`, (all) => all.map((cell) => (cell as unknown as { readonly textContent: string }).textContent));

describe.skipIf(isMissing)('the page of a sweep in a browser', () => {
  it.each([['map', 'wide', 'light'], ['map', 'phone', 'dark'], ['one', 'phone', 'light'], ['many', 'wide', 'dark'], ['walk', 'phone', 'light'], ['hostile', 'phone', 'dark']] as const)('%s, %s, %s: no error, no request, nothing wider than the screen', async (kind, size, colorScheme) => {
    const { page, problems } = await open(sweepFixture(kind), { size, colorScheme });
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('headings sort by value, what has none comes last either way', async () => {
    const { page } = await open(sweepFixture('map'));
    await page.click('table.sortable th:nth-child(4) button');
    const falling = await cells(page, 4);
    await page.click('table.sortable th:nth-child(4) button');
    const rising = await cells(page, 4);
    const number = (text: string): number => Number(text.replace('\u2212', '-').replace('+', ''));
    expect(falling.slice(0, -1).map(number)).toEqual(falling.slice(0, -1).map(number).sort((a, b) => b - a));
    expect(rising.slice(0, -1)).toEqual(falling.slice(0, -1).reverse());
    expect([falling.at(-1), rising.at(-1)]).toEqual(['failed', 'failed']);
    await page.close();
  });

  it('the best cell of the map is framed, and a cell leads to its run', async () => {
    const { page } = await open(sweepFixture('map'));
    expect(await page.$$eval('.heat td.best', (all) => all.length)).toBe(1);
    await page.click('.heat td.best a');
    expect(await page.$$eval('tr:target', (all) => all.map((row) => row.id))).toEqual([`r${sweepFixture('map').ranking[0]}`]);
    await page.close();
  });

  it('the theme can be chosen', async () => {
    const { page } = await open(sweepFixture('map'));
    await page.click('.theme [data-t=dark]');
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    await page.close();
  });
});
