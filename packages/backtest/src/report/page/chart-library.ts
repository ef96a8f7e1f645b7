import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ArbError } from '@arb/core';

/** The chart library as one script with its notice. */
export interface ChartLibrary {
  readonly source: string;
  readonly version: string;
}

const NOTICE =
  'MIT licence, Copyright (c) 2022 Leon Sorokin. Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions: The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.';

/**
 * Reads uPlot from the dependency that carries it.
 *
 * @throws ArbError `ARB_CHART_LIBRARY` where it is not installed
 */
export function uplotScript(): ChartLibrary {
  const require = createRequire(import.meta.url);
  try {
    const source = readFileSync(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8').trim();
    const version = /\(v([\d.]+)\)/.exec(source)?.[1] ?? '';
    return { source: `/*! uPlot ${version} - ${NOTICE} */\n${source.replace(/<\/script/g, '<\\/script')}`, version };
  } catch (error) {
    throw new ArbError(
      'ARB_CHART_LIBRARY',
      `the chart library uplot is not installed beside @arb/backtest; run "npm install" again (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}
