import { describe, expect, it } from 'vitest';
import { contrastRatio, DARK, LIGHT } from '../../src/report/page/tokens.ts';
import { renderSweepPage } from '../../src/sweep/page/sweep-page.ts';
import { renderSweepText } from '../../src/sweep/sweep-text.ts';
import { sweepTable } from '../../src/sweep/sweep-table.ts';
import { type SweepFixture, sweepFixture } from './sweep-fixture.ts';

const COMMANDS = { sweep: 'npx arb sweep --param a=1,2', again: null };
const pageOf = (kind: SweepFixture): string => renderSweepPage(sweepFixture(kind), COMMANDS);

function mix(colour: string, ground: string, part: number): string {
  return `#${[1, 3, 5].map((at) => Math.round(parseInt(colour.slice(at, at + 2), 16) * part + parseInt(ground.slice(at, at + 2), 16) * (1 - part)).toString(16).padStart(2, '0')).join('')}`;
}

describe('the page of a sweep', () => {
  it('escapes everything that comes from a sweep: names, values, failures, notes, commands', () => {
    const page = renderSweepPage(sweepFixture('hostile'), { sweep: '<em>sweep</em>', again: '"><em>again</em>' });
    for (const markup of ['<img', '<script>alert', '<b onclick', '</table>,', '<i>note', '<em>']) expect(page.includes(markup), markup).toBe(false);
    expect(page.match(/<script>/g)).toHaveLength(2);
  });

  it('two parameters are a map with one cell a run, one is a list of bars, more have a panel each, points where there are many values', () => {
    expect(pageOf('map').match(/<td[^>]*><a href="#r\d+"/g)).toHaveLength(12);
    expect(pageOf('map').match(/class="best"/g)).toHaveLength(1);
    expect(pageOf('one').match(/class="sw-bar"/g)).toHaveLength(20);
    expect(pageOf('many').includes('<h2>Net result, USD by notionalUsd</h2>')).toBe(true);
    expect(pageOf('many').match(/<circle class=/g)).toHaveLength(120);
  });

  it('text is readable on the strongest shade of the map, in both themes', () => {
    const shades = [...pageOf('map').matchAll(/var\(--(gain|loss)\) (\d+)%/g)].map(([, colour, part]) => [colour!, Number(part)] as const);
    expect(new Set(shades.map(([colour]) => colour))).toEqual(new Set(['gain', 'loss']));
    for (const theme of [LIGHT, DARK]) for (const [colour, part] of shades) expect(contrastRatio(mix(theme[colour]!, theme['bg']!, part / 100), theme['ink']!), `${colour} ${part} %`).toBeGreaterThan(4.5);
  });

  it('a walk-forward shows windows and tests, and no caution on choosing after the fact', () => {
    expect(['walk', 'map'].map((kind) => pageOf(kind as SweepFixture).includes('<h2>Window by window</h2>'))).toEqual([true, false]);
    expect(['walk', 'map'].map((kind) => pageOf(kind as SweepFixture).includes('looks better than it is'))).toEqual([false, true]);
  });
});

describe('the table of a sweep', () => {
  it('numbers are columns of numbers, and a parameter called like a result has another name', () => {
    const fixture = sweepFixture('map');
    const { table, kinds } = sweepTable({ ...fixture, parameters: [{ name: 'fills', values: ['0.25', '2'] }, { name: 'mode', values: ['a', 'b'] }] });
    expect(table.columns.slice(0, 3)).toEqual(['run', 'param_fills', 'mode']);
    expect([kinds['param_fills'], kinds['mode'], kinds['fills']]).toEqual([{ decimals: 2 }, 'text', 'integer']);
  });

  it('in text a name cannot write to the terminal', () => {
    const fixture = sweepFixture('map');
    expect(renderSweepText({ ...fixture, strategies: ['\u001b[31mred'] })).not.toContain('\u001b');
  });
});
