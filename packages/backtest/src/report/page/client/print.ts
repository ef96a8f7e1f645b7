import type uPlot from 'uplot';
import { charts } from './board.ts';
import { find, forgetTokens, root } from './dom.ts';
import { repaint } from './theme.ts';
import type { PlotClass } from './time-chart.ts';

const PAPER_WIDTH_PX = 700;

/** A second copy of the library that believes the screen has three times its pixels, so that paper gets sharp lines. */
function paperPlots(): PlotClass {
  const holder = globalThis as unknown as { arbPaperPlots?: PlotClass };
  if (holder.arbPaperPlots === undefined) {
    const script = document.createElement('script');
    script.textContent = `globalThis.arbPaperPlots=(function(devicePixelRatio){${find('#uplot').textContent!}\n;return uPlot})(3)`;
    document.body.append(script);
  }
  return holder.arbPaperPlots!;
}

/** Draws the charts again for paper, in light colours, and removes them afterwards. */
export function startPrint(): void {
  let paper: uPlot[] = [];
  addEventListener('beforeprint', () => {
    root.classList.add('printing');
    forgetTokens();
    const plots = paperPlots();
    paper = charts.map((chart) => chart.print(plots, PAPER_WIDTH_PX));
  });
  addEventListener('afterprint', () => {
    for (const plot of paper) plot.destroy();
    paper = [];
    root.classList.remove('printing');
    repaint();
  });
}
