import type { RoundTrip } from '../../run-report.ts';
import { END, findAll, FROM, run, TO } from './dom.ts';
import type { TimeChart } from './time-chart.ts';

/** The charts on the page; they share range and crosshair. */
export const charts: TimeChart[] = [];

/** Draws all charts again. */
export function repaintCharts(): void {
  for (const chart of charts) chart.plot.redraw(false);
}

/** Moves all charts to a range. */
export function zoom(min: number, max: number): void {
  charts[0]?.plot.setScale('x', { min, max });
}

/** Follows the chart whose range changed: every other chart, the readouts and the buttons. */
export function followRange(source: TimeChart): void {
  const { min, max } = source.plot.scales['x'] as { min: number; max: number };
  for (const chart of charts) {
    const scale = chart.plot.scales['x']!;
    if (chart !== source && (scale.min !== min || scale.max !== max)) chart.plot.setScale('x', { min, max });
  }
  for (const chart of charts) chart.readOut(null);
  const isFull = min <= FROM && max >= TO;
  for (const element of findAll('[data-range]')) {
    const trip = tripOf(element);
    const range = trip === undefined ? undefined : tripRange(trip);
    element.setAttribute('aria-pressed', String(element.dataset['range'] === 'all' ? isFull : range !== undefined && min === range[0] && max === range[1]));
  }
}

const tripOf = (element: HTMLElement): RoundTrip | undefined => run.trips.find((trip) => String(trip.n) === element.dataset['range']);

/** Range of a round trip with a little room on both sides. */
function tripRange(trip: RoundTrip): [number, number] {
  const [from, to] = [trip.from / 1e6, trip.to === null ? END : trip.to / 1e6];
  const room = (to - from) * 0.08;
  return [Math.max(FROM, Math.round(from - room)), Math.min(TO, Math.round(to + room))];
}

/** Makes the buttons of round trips zoom the charts. */
export function startRanges(): void {
  for (const button of findAll('[data-range]')) {
    button.addEventListener('click', () => {
      const trip = tripOf(button);
      if (trip === undefined || button.getAttribute('aria-pressed') === 'true') zoom(FROM, TO);
      else zoom(...tripRange(trip));
    });
  }
}
