import { afterAll, describe, expect, it } from 'vitest';
import { runFuzz } from '../../src/cli/fuzz.ts';
import { monthConfig, UserFolder } from './arb-process.ts';

const folder = new UserFolder();
afterAll(() => { folder.remove(); });

describe('arb fuzz', () => {
  it('REQ-A79 ends with the count and the verdict; the exit code says the same', async () => {
    const { code, stdout } = await folder.arb(['fuzz', '--seeds', '5']);
    expect([code, stdout.trimEnd().split('\n').at(-1)]).toEqual([0, '5 schedules, 0 failed: clean']);
  });

  it('REQ-A79 one seed prints its settings and faults, and the same journal each time', async () => {
    const [first, again, less] = await Promise.all([folder.arb(['fuzz', '--seed', '4']), folder.arb(['fuzz', '--seed', '4', '--json']), folder.arb(['fuzz', '--seed', '4', '--faults', '0', '--json'])]);
    expect(first.stdout).toContain('settings {"seed":4');
    expect(first.stdout).toMatch(/s {2}enter pair 0, notionalUsd \d+/);
    expect(first.stdout.trimEnd().split('\n').at(-1)).toBe('1 schedule, 0 failed: clean');
    const { journalHash, violation } = JSON.parse(again.stdout) as { journalHash: string; violation: unknown };
    expect([violation, first.stdout.includes(journalHash)]).toEqual([null, true]);
    expect((JSON.parse(less.stdout) as { schedule: { faults: unknown[] } }).schedule.faults).toHaveLength(1);
  });

  it('REQ-A79 tries the strategies, venues and limits of a config', async () => {
    folder.write('arb.config.json', monthConfig());
    const { code, stdout, stderr } = await folder.arb(['fuzz', 'arb.config.json', '--seeds', '5', '--json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'clean', schedules: 5, failures: [] });
    expect((JSON.parse(stdout) as { fills: number }).fills).toBeGreaterThan(0);
  });

  it.each([
    [['--seeds', '0'], '--seeds is 0; give a whole number from 1'], [['--seed', 'x'], '--seed is x; give a whole number from 0'], [['--minutes', '-1'], '--minutes is -1; give a positive number'],
    [['--faults', '1'], '--faults names places in the course of one seed; give it with --seed'], [['--seed', '4', '--faults', '999'], /--faults 999: "999" is no place in a course of \d+ faults; give places from 0/],
  ] as const)('says what is wrong with %j', async (args, message) => {
    const flags = Object.fromEntries(args.flatMap((arg, i) => (arg.startsWith('--') ? [[arg.slice(2), args[i + 1]!]] : [])));
    await expect(runFuzz(undefined, { seeds: '10', ...flags }, { write: () => {}, isInteractive: false, setExitCode: () => {} })).rejects.toThrow(message);
  });
});
