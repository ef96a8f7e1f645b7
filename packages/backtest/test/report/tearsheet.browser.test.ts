import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildRunReport } from '../../src/report/build-run-report.ts';
import type { RunFacts } from '../../src/report/run-facts.ts';
import { renderTearsheet } from '../../src/report/tearsheet.ts';
import { atOneVenue, hostile, stoppedAt, timesPairs, withoutPair } from './fixtures/fixture-variants.ts';
import { runFixture } from './fixtures/run-fixture.ts';

const CHROMIUM = process.env['ARB_CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const WIDE = { width: 1440, height: 1050 };
const PHONE = { width: 390, height: 844 };

const isMissing = !existsSync(CHROMIUM);
if (isMissing) console.warn(`tearsheet in a browser: skipped, there is no ${CHROMIUM}; apt-get install chromium, or name one in ARB_CHROMIUM`);

let browser: Browser;
let folder: string;

beforeAll(async () => {
  if (isMissing) return;
  folder = mkdtempSync(join(tmpdir(), 'arb-page-'));
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}, 60_000);

afterAll(async () => {
  if (isMissing) return;
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  readonly problems: string[];
}
type PageOptions = NonNullable<Parameters<Browser['newPage']>[0]>;

/** Before the page runs: writes down every text drawn on a canvas with the room it takes, in `drawn`. */
const NOTE_DRAWN_TEXT = `
  globalThis.drawn = [];
  const fillText = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
    const { width } = this.measureText(text);
    const at = this.getTransform().transformPoint({ x, y });
    const left = at.x - (this.textAlign === 'center' ? width / 2 : this.textAlign === 'right' || this.textAlign === 'end' ? width : 0);
    if (this.canvas.isConnected) drawn.push({ chart: this.canvas.closest('.chart').id, text, isUpright: this.getTransform().b === 0, left, right: left + width, y: at.y, width: this.canvas.width, height: this.canvas.height });
    return fillText.call(this, text, x, y, ...rest);
  };`;

interface DrawnText {
  readonly chart: string;
  readonly text: string;
}

/** Texts that leave the box they are drawn in, and boxes that hide part of their content: nobody sees what is there. */
const CUT_OFF = `(() => {
  const out = [];
  for (const svg of document.querySelectorAll('main svg')) {
    const box = svg.getBoundingClientRect();
    for (const text of svg.querySelectorAll('text')) {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      if (right > left && (left < box.left - 0.5 || right > box.right + 0.5 || top < box.top - 0.5 || bottom > box.bottom + 0.5)) out.push('svg ' + text.textContent);
    }
  }
  for (const { chart, text, left, right, y, width, height } of drawn) if (left < -1 || right > width + 1 || y < 0 || y > height) out.push(chart + ' ' + text);
  for (const box of document.querySelectorAll('main .scroll, main pre, main summary')) if (box.scrollWidth > box.clientWidth + 1) out.push('hidden in ' + (box.getAttribute('aria-label') ?? box.className) + ' ' + box.scrollWidth + ' > ' + box.clientWidth);
  for (const part of document.querySelectorAll('main td, main th, main dd, main dt, main .wf-row > *')) {
    const range = document.createRange();
    range.selectNodeContents(part);
    const [text, panel] = [range.getBoundingClientRect(), part.closest('.panel, dl, header, section').getBoundingClientRect()];
    if (text.width > 0 && (text.right > panel.right + 1 || text.left < panel.left - 1)) out.push('outside ' + part.textContent.trim());
  }
  return [...new Set(out)];
})()`;

/** Opens a run in a page that writes down every error, console line and request. */
async function open(facts: RunFacts, options: PageOptions = {}): Promise<Opened> {
  const file = join(folder, `${Math.abs(hashOf(JSON.stringify(facts).slice(0, 4_000)))}.html`);
  writeFileSync(file, renderTearsheet(buildRunReport(facts)));
  const page = await browser.newPage({ viewport: WIDE, colorScheme: 'light', ...options });
  await page.addInitScript(NOTE_DRAWN_TEXT);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`error ${error.message}`));
  page.on('console', (message) => problems.push(`${message.type()} ${message.text()}`));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:') && !request.url().startsWith('data:')) problems.push(`request ${request.url()}`);
  });
  page.on('dialog', (dialog) => {
    problems.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(pathToFileURL(file).href);
  return { page, problems };
}

function hashOf(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return hash;
}

const overflow = async (page: Page): Promise<number> => await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
/** Share of pixels of a chart that are not the ground: an empty canvas has none. */
const inkOf = async (page: Page, id: string): Promise<number> =>
  await page.evaluate(
    `(() => { const c = document.querySelector('#${id} canvas'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i] > 0) n++; return n / (d.length / 4); })()`,
  );
const textOf = async (page: Page, selector: string): Promise<string> => ((await page.textContent(selector)) ?? '').replace(/[\s\u202f\u00a0]+/g, ' ').trim();

describe.skipIf(isMissing)('the tearsheet in a browser', () => {
  it.each(['gain', 'losing'] as const)('a %s run draws its six charts without an error or a request', async (variant) => {
    const { page, problems } = await open(runFixture(variant));
    for (const id of ['c-eq', 'c-dd', 'c-df', 'c-fu', 'c-po', 'c-ne']) expect(await inkOf(page, id), id).toBeGreaterThan(0.01);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('the readouts are those of the report', async () => {
    const { page } = await open(runFixture('gain'));
    expect(await textOf(page, '#result .legend')).toBe('Net result +227.28 USDFunding before costs +468.64 USDend of run');
    expect(await textOf(page, '#carry .row:nth-of-type(2) .legend')).toBe(
      'Short leg, Bybit +575.94 USDLong leg, Hyperliquid −107.30 USDTogether +468.64 USDend of run',
    );
    await page.close();
  });

  it.each([
    ['a partial run', 2, stoppedAt(runFixture('gain'), 0.5)],
    ['no trades', 1, runFixture('idle')],
    ['no pair', 3, withoutPair(runFixture('gain'))],
    ['forty pairs', 6, timesPairs(runFixture('gain'), 40)],
  ] as const)('%s opens without an error', async (_, charts, facts) => {
    const { page, problems } = await open(facts);
    expect(await page.locator('.uplot').count()).toBeGreaterThanOrEqual(charts);
    expect([problems, await overflow(page)]).toEqual([[], 0]);
    await page.close();
  });

  it('no hostile string runs or breaks the page', async () => {
    const { page, problems } = await open(hostile(runFixture('gain'), '<img src=x onerror=alert(1)>"\'</script><script>alert(2)</script>'));
    await page.click('[data-view="orders"]');
    await page.hover('#c-df .u-over');
    expect(await page.locator('img').count()).toBe(0);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('follows the system, and lets the reader choose light or dark', async () => {
    const { page } = await open(runFixture('gain'), { colorScheme: 'dark' });
    const ground = async (): Promise<string> => await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await ground()).toBe('rgb(13, 15, 19)');
    await page.click('.theme [data-t="light"]');
    expect([await ground(), await page.getAttribute('.theme [data-t="light"]', 'aria-checked')]).toEqual(['rgb(255, 255, 255)', 'true']);
    await page.keyboard.press('ArrowRight');
    expect(await ground()).toBe('rgb(13, 15, 19)');
    await page.close();
  });

  it('the keyboard reads values, zooms all charts together, and resets', async () => {
    const { page } = await open(runFixture('gain'));
    await page.focus('#c-eq');
    await page.keyboard.press('Home');
    for (let press = 0; press < 10; press += 1) await page.keyboard.press('Shift+ArrowRight');
    expect(await textOf(page, '#c-ne >> xpath=preceding-sibling::div')).toContain('UTC');
    await expect.poll(async () => await textOf(page, '#live')).toMatch(/^\d+ Mar, \d\d:\d\d UTC\. Net result [+−]?[\d.]+ USD, Funding before costs/);
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    expect(await page.getAttribute('[data-range="all"]', 'aria-pressed')).toBe('false');
    await page.keyboard.press('Escape');
    expect(await page.getAttribute('[data-range="all"]', 'aria-pressed')).toBe('true');
    await page.close();
  });

  it('the number of a round trip zooms every chart to it, and again back', async () => {
    const { page } = await open(runFixture('gain'));
    await page.click('.trip[data-range="2"]');
    expect(await page.getAttribute('.seg [data-range="2"]', 'aria-pressed')).toBe('true');
    expect(await textOf(page, '#result .legend .at')).toBe('end of view');
    await page.click('.trip[data-range="2"]');
    expect(await textOf(page, '#result .legend .at')).toBe('end of run');
    await page.close();
  });

  it('the table of fills filters, sums what it shows, sorts, and shows the reasons of orders', async () => {
    const { page } = await open(runFixture('gain'));
    expect(await textOf(page, '#count')).toBe('25 of 186 shown');
    await page.selectOption('#f-leg', { label: 'Bybit' });
    expect(await textOf(page, '#count')).toBe('25 of 93 shown, 186 in all');
    expect(await textOf(page, '#tbl tfoot')).toContain('Sum of 93');
    await page.click('#tbl [data-k="feeUsd"]');
    await page.click('#more');
    const fees = (await page.locator('#tbl tbody tr td:nth-child(10)').allTextContents()).map((text) => Number(text.replace('−', '-')));
    expect([fees.length, fees]).toEqual([93, [...fees].sort((a, b) => b - a)]);
    await page.click('[data-view="orders"]');
    await page.fill('#f-q', 'post_only_would');
    expect(await page.locator('#tbl tbody tr').count()).toBe(3);
    await page.fill('#f-q', 'nothing like this');
    expect(await textOf(page, '#tbl tbody')).toBe('No orders match this filter.');
    await page.close();
  });

  it('the crosshair reads the last sample at or before it, in every chart, and the differential stands in steps', async () => {
    const facts = runFixture('gain');
    const report = buildRunReport(facts);
    const { start, stepUs, values } = report.series.pairs[0]!.shortAprPct;
    const long = report.series.pairs[0]!.longAprPct.values;
    const { page } = await open(facts);
    await page.click('.trip[data-range="2"]');
    const box = (await page.locator('#c-df .u-over').boundingBox())!;
    const trip = report.trips[1]!;
    const room = 0.08 * (trip.to! - trip.from);
    const [from, to] = [Math.round((trip.from - room) / 1e6), Math.round((trip.to! + room) / 1e6)];
    for (const share of [0.2, 0.35, 0.5, 0.77, 0.9]) {
      await page.mouse.move(box.x + box.width * share, box.y + 40);
      const at = from + (to - from) * share;
      const [, day, hour, minute] = /^(\d+) Mar, (\d\d):(\d\d) UTC/.exec(await textOf(page, '#c-df .tip'))!.map(Number);
      const stamp = Date.UTC(2025, 2, day, hour, minute) / 1e3;
      expect(stamp).toBeLessThanOrEqual(at + (to - from) / box.width);
      const index = (stamp * 1e6 - start) / stepUs;
      const shown = Number(/Differential([+−]?[\d.]+) %/.exec(await textOf(page, '#c-df .tip'))![1]!.replace('−', '-'));
      expect(Math.abs(shown - (values[index]! - long[index]!)), `${share} ${stamp}`).toBeLessThan(0.056);
    }
    await page.close();
  });

  it('a chart that leaves samples out says how many it has', async () => {
    const { page } = await open(timesPairs(runFixture('gain'), 40));
    expect(await textOf(page, '#result .legend .share')).toMatch(/^[\d,]+ of 20,161 samples$/);
    expect(await textOf(page, '#carry .legend .share')).toMatch(/^[\d,]+ of 4,03\d samples$/);
    await page.close();
    const { page: whole } = await open(runFixture('gain'));
    expect(await whole.locator('#result .share').count()).toBe(0);
    await whole.close();
  });

  it('the sums beneath the fills are those of the exact amounts', async () => {
    const facts = runFixture('gain');
    const { page } = await open({ ...facts, fills: facts.fills.map((fill) => ({ ...fill, feeUsd: '-10.00004999' })) });
    expect(await textOf(page, '#tbl tfoot tr td:nth-child(10)')).toBe('−1,860.01');
    await page.close();
  });

  it('390 px wide: every section is in sight in the bar, and no label of the waterfall touches the next row', async () => {
    const { page } = await open(runFixture('losing'), { viewport: PHONE });
    expect(await page.evaluate(`(() => { const nav = document.querySelector('.bar nav'); return nav.scrollWidth - nav.clientWidth; })()`)).toBe(0);
    const tight = await page.evaluate<string[]>(`[...document.querySelectorAll('.wf-row')].filter((row) => {
      const range = document.createRange(); range.selectNodeContents(row.querySelector('.l'));
      const [text, box] = [range.getBoundingClientRect(), row.getBoundingClientRect()];
      return text.top - box.top < 4 || box.bottom - text.bottom < 4;
    }).map((row) => row.textContent)`);
    expect(tight).toEqual([]);
    await page.close();
  });

  it('choosing another pair redraws the charts of carry and hedge', async () => {
    const { page, problems } = await open(timesPairs(runFixture('gain'), 3));
    await page.selectOption('#group', '2');
    expect(await page.locator('.chart > .uplot').count()).toBe(6);
    expect(await inkOf(page, 'c-df')).toBeGreaterThan(0.01);
    expect(problems).toEqual([]);
    await page.close();
  });

  it.each([
    ['light', runFixture('gain')],
    ['dark', runFixture('losing')],
  ] as const)('390 px wide (%s): nothing scrolls sideways, no text is cut off', async (colorScheme, facts) => {
    const { page, problems } = await open(facts, { viewport: PHONE, colorScheme });
    expect([await overflow(page), problems]).toEqual([0, []]);
    const outside = await page.evaluate(
      `[...document.querySelectorAll('main h1, main h2, main p, main dd, main dt, main figure, main svg')].filter((e) => { const b = e.getBoundingClientRect(); return b.width > 0 && (b.right > innerWidth + 1 || b.left < -1); }).map((e) => e.tagName + ' ' + e.textContent.slice(0, 40))`,
    );
    expect(outside).toEqual([]);
    await page.close();
  });

  it.each([
    ['gain', runFixture('gain')],
    ['losing', runFixture('losing')],
    ['one venue, long names', atOneVenue(runFixture('gain'))],
    ['partial', stoppedAt(runFixture('gain'), 0.5)],
  ] as const)('no text leaves its chart, table or panel, on a wide screen, a laptop or a phone: %s', async (_, facts) => {
    for (const width of [WIDE.width, 1200, PHONE.width]) {
      const { page } = await open(facts, { viewport: { width, height: 900 } });
      await page.waitForFunction('document.querySelectorAll(".chart > .uplot").length === 6');
      await page.evaluate(`for (const details of document.querySelectorAll('details')) details.open = true`);
      expect([width, await overflow(page), await page.evaluate(CUT_OFF)]).toEqual([width, 0, []]);
      await page.close();
    }
  }, 120_000);

  it('legs at one venue are named by their instrument, in full at the line ends, and the cost of both is in sight', async () => {
    const { page } = await open(atOneVenue(runFixture('gain')));
    const ends = await page.evaluate<DrawnText[]>(`drawn.filter(({ chart }) => chart === 'c-fu')`);
    expect(ends.map(({ text }) => text)).toEqual(expect.arrayContaining(['BTCUSDT', 'BTCUSD-PERP', 'together']));
    expect(await page.locator('[aria-label="Costs"] thead th').allTextContents()).toEqual(['Costs by leg', 'BTCUSDT', 'BTCUSD-PERP']);
    expect(await textOf(page, '[aria-label="Funding by leg"] tbody')).toContain('VenueBinanceBinanceInstrumentBTCUSD-PERPBTCUSDT');
    await page.close();
  });

  it('the ticks of an axis say what they stand at: none is rounded', async () => {
    const { page } = await open(atOneVenue(runFixture('gain')));
    for (const chart of ['c-eq', 'c-dd', 'c-df', 'c-fu', 'c-po']) {
      const drawn = await page.evaluate<DrawnText[]>(`drawn.filter(({ chart, text, isUpright }) => chart === '${chart}' && isUpright && /^[+−]?[\\d,.]+k?$/.test(text))`);
      const values = [...new Set(drawn.map(({ text }) => text))].map((text) => Number(text.replace('−', '-').replace(/[+,k]/g, '')) * (text.endsWith('k') ? 1_000 : 1)).sort((a, b) => a - b);
      const steps = values.slice(1).map((value, index) => Number((value - values[index]!).toFixed(6)));
      expect([chart, new Set(steps).size], values.join(' ')).toEqual([chart, 1]);
    }
    await page.close();
  });

  it('a run that ends between two samples reads its own end, not the sample before', async () => {
    const facts = runFixture('gain');
    const jump = (values: readonly (number | null)[]): (number | null)[] => values.map((value, index) => (index === values.length - 1 ? value : value! - 50));
    const { page } = await open({ ...atOneVenue(facts), curve: { ...facts.curve, netPnlUsd: jump(facts.curve.netPnlUsd), fundingUsd: jump(facts.curve.fundingUsd) } });
    expect(await textOf(page, '#result .legend')).toBe('Net result +227.28 USDFunding before costs +468.64 USDend of run');
    await page.close();
  });

  it('config breaks between its parts, not within a word', async () => {
    const { page } = await open(atOneVenue(runFixture('gain')), { viewport: PHONE });
    const lines = await page.evaluate<string[]>(`[...document.querySelectorAll('#run .row.three > .panel:first-child .kvt td:first-child')].flatMap((cell) => {
      const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      const lines = [];
      for (let node, top = -1; (node = walker.nextNode()); ) for (let i = 0; i < node.length; i += 1) {
        const range = document.createRange();
        range.setStart(node, i); range.setEnd(node, i + 1);
        const { top: at } = range.getBoundingClientRect();
        if (Math.abs(at - top) > 5) { lines.push(''); top = at; }
        lines[lines.length - 1] += node.data[i];
      }
      return lines.slice(0, -1);
    })`);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => !line.endsWith('.'))).toEqual([]);
    await page.close();
  });

  it.each(['light', 'dark'] as const)('every text on the %s page has a contrast of at least 4.5', async (colorScheme) => {
    const { page } = await open(runFixture('losing'), { colorScheme });
    const low = await page.evaluate(`(() => {
      const lum = (c) => { const [r, g, b] = c.map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
      const rgb = (s) => s.match(/[\\d.]+/g).map(Number);
      const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] === 1) return c.slice(0, 3); } return [255, 255, 255]; };
      const low = [];
      for (const e of document.querySelectorAll('main *, header *')) {
        const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim() !== '');
        if (!own || e.closest('script, style, .lg[aria-pressed=false], .sr, svg') || e.getClientRects().length === 0) continue;
        const [a, b] = [lum(rgb(getComputedStyle(e).color).slice(0, 3)), lum(ground(e))].sort((p, q) => q - p);
        if ((a + 0.05) / (b + 0.05) < 4.5) low.push(e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 30));
      }
      return low;
    })()`);
    expect(low).toEqual([]);
    await page.close();
  });

  it('prints in light colours with its charts redrawn, and comes back', async () => {
    const { page, problems } = await open(runFixture('losing'), { colorScheme: 'dark' });
    await page.evaluate(
      `addEventListener('beforeprint', () => { globalThis.paper = [document.querySelectorAll('.only-print canvas').length, getComputedStyle(document.body).backgroundColor]; })`,
    );
    const pdf = await page.pdf({ format: 'A4', printBackground: true });
    expect(pdf.length).toBeGreaterThan(50_000);
    expect(await page.evaluate('globalThis.paper')).toEqual([6, 'rgb(255, 255, 255)']);
    expect(await page.locator('.only-print').count()).toBe(0);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('without JavaScript the result, its parts and every table beneath a chart are there', async () => {
    const { page } = await open(runFixture('gain'), { javaScriptEnabled: false });
    expect(await textOf(page, '.verdict')).toContain('Made +227.28 USD');
    expect(await page.isVisible('.wf')).toBe(true);
    expect(await page.isVisible('.tools')).toBe(false);
    expect(await page.isVisible('.nojs')).toBe(true);
    expect(await page.locator('details.alt').count()).toBeGreaterThanOrEqual(5);
    await page.close();
  });

  it('every control has a name and every chart states its result', async () => {
    const { page } = await open(runFixture('gain'));
    const nameless = await page.evaluate(
      `[...document.querySelectorAll('button, select, input, a, [role=application], svg[role=img]')].filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim())).map((e) => e.outerHTML.slice(0, 80))`,
    );
    expect(nameless).toEqual([]);
    expect(await page.getAttribute('#c-eq', 'aria-label')).toMatch(/^Net result over time, ending at \+227\.28 USD\./);
    await page.close();
  });
});
