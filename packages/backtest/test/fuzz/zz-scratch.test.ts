import { it } from 'vitest';
import { drawSchedule, faultText } from '/work/h/g/packages/backtest/src/fuzz/fault-schedule.ts';
import { runSchedule } from '/work/h/g/packages/backtest/src/fuzz/run-schedule.ts';
it('x', () => {
  const from = Number(process.env.FROM ?? 1), n = Number(process.env.N ?? 200);
  const t = performance.now(); const counts: Record<string, number[]> = {}; let events = 0, fills = 0;
  const show = process.env.SHOW;
  for (let s = from; s < from + n; s++) {
    const sch = drawSchedule(s); const o = runSchedule(sch); events += o.events; fills += o.fills;
    if (o.violation) { (counts[o.violation.invariant] ??= []).push(s); if ((counts[o.violation.invariant]!.length <= 3) || show) console.log(s, o.violation.atMs.toFixed(1), o.violation.invariant, o.violation.message.slice(0, 900)); }
    if (show) console.log(JSON.stringify({ ...sch, faults: 0 }), '\n' + sch.faults.map(faultText).join('\n'));
  }
  console.log(counts, ((performance.now() - t) / n).toFixed(2), 'ms each', events / n, fills / n);
}, 600000);
