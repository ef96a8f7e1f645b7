import { expect, it } from 'vitest';
import { buildPageAssets, buildSweepAssets } from './build-page-assets.ts';

it('the script and styles embedded in the tearsheet are those of the source files', async () => {
  await expect(await buildPageAssets()).toMatchFileSnapshot('../../src/report/page/page-assets.ts');
});

it("the script and styles embedded in a sweep's page are those of the source files", async () => {
  await expect(await buildSweepAssets()).toMatchFileSnapshot('../../src/sweep/page/sweep-assets.ts');
});
