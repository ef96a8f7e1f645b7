/** What a measure must lie in, and what was measured on recorded markets. */
export interface Band {
  readonly instrument: string;
  readonly measure: string;
  readonly low: number;
  readonly high: number;
  /** The recorded figure the model aims at. */
  readonly recorded: string;
}

const band = (instrument: string) => (measure: string, range: readonly [low: number, high: number], recorded: string): Band => ({ instrument, measure, low: range[0], high: range[1], recorded });

const btcHyperliquid = band('BTC-USD-PERP.HYPERLIQUID');
const btcBybit = band('BTCUSDT-PERP.BYBIT');
const ethHyperliquid = band('ETH-USD-PERP.HYPERLIQUID');
const ethBybit = band('ETHUSDT-PERP.BYBIT');
const btcPair = band('BTC pair');
const ethPair = band('ETH pair');

/**
 * The bands of the demo data set. They are as wide as fourteen days are short: funding moves with half-lives of hours to days, so that two weeks hold few
 * independent values. Recorded figures: Hyperliquid 2024-25 and September 2025, Binance USD-M and Bybit 2024-26.
 */
export const DEMO_BANDS: readonly Band[] = [
  btcHyperliquid('spread p50 bps', [0.08, 0.14], '0.09'),
  btcHyperliquid('spread p95 bps', [0.15, 0.36], '0.18'),
  btcHyperliquid('spread p99 bps', [0.4, 1.6], '0.82'),
  btcHyperliquid('touch p50 kUSD', [500, 1_100], '1,090'),
  btcHyperliquid('depth p50 MUSD', [3.4, 11.6], '3.4 (6.1 in 2025)'),
  btcHyperliquid('latency p50 ms', [300, 500], '400'),
  btcHyperliquid('latency p99 ms', [700, 1_200], '1,000'),
  btcHyperliquid('trades per cluster', [2.4, 3.4], '2.9'),
  btcHyperliquid('cluster p50 USD', [400, 900], '540'),
  btcHyperliquid('cluster p99 kUSD', [150, 600], '400-600'),
  btcHyperliquid('volatility % p.a.', [40, 60], '49'),
  btcHyperliquid('hourly kurtosis', [5, 30], '9-26'),
  btcHyperliquid('1 s sd quiet bps', [0.2, 0.5], '0.3-0.4'),
  btcHyperliquid('1 s sd busy bps', [1, 2], '1.4'),
  btcHyperliquid('basis sd bps', [2, 6], '4.1'),
  btcHyperliquid('basis ac 1 h', [0.75, 0.98], '0.95'),
  btcHyperliquid('funding mean APR %', [2, 25], '17.5 (10.1 in 2025)'),
  btcHyperliquid('funding sd 1e-5', [1.2, 4.5], '2.86'),
  btcHyperliquid('funding negative %', [0, 20], '6.1'),
  btcHyperliquid('funding plateau %', [40, 80], '60.4'),
  btcHyperliquid('funding ac 1', [0.8, 0.98], '0.87'),
  btcHyperliquid('funding ac 8 h', [0.25, 0.85], '0.67'),
  btcBybit('spread p50 bps', [0.009, 0.018], '0.016'),
  btcBybit('spread p95 bps', [0.02, 0.05], '0.032'),
  btcBybit('spread p99 bps', [0.2, 0.7], '0.47'),
  btcBybit('touch p50 kUSD', [120, 250], '185'),
  btcBybit('trades per cluster', [2.8, 4.8], '4.1'),
  btcBybit('cluster p50 USD', [1_000, 3_000], '1,900'),
  btcBybit('cluster p99 kUSD', [150, 500], '436'),
  btcBybit('basis mean bps', [-6.8, 1], '-2.7'),
  btcBybit('basis sd bps', [1.2, 4.5], '4.1'),
  btcBybit('funding mean APR %', [-2, 16], '7.1'),
  btcBybit('funding sd 1e-5', [4, 14], '10.3'),
  btcBybit('funding negative %', [0, 50], '19.4'),
  btcBybit('funding plateau %', [20, 75], '29.7'),
  btcBybit('funding ac 1', [0.4, 0.92], '0.79'),
  ethHyperliquid('spread p50 bps', [0.2, 0.6], '0.23-0.34'),
  ethHyperliquid('spread p95 bps', [0.4, 1.3], '0.47-1.0'),
  ethHyperliquid('spread p99 bps', [0.8, 3], '1.4-1.9'),
  ethHyperliquid('touch p50 kUSD', [220, 450], '373'),
  ethHyperliquid('depth p50 MUSD', [1.9, 26.1], '5.0'),
  ethHyperliquid('volatility % p.a.', [52, 84], '68'),
  ethHyperliquid('funding mean APR %', [-5, 27], '14.7'),
  ethHyperliquid('funding sd 1e-5', [0.8, 4.5], '2.55'),
  ethHyperliquid('funding negative %', [0, 35], '13.3'),
  ethHyperliquid('funding plateau %', [35, 85], '52.1'),
  ethHyperliquid('funding ac 1', [0.8, 0.98], '0.87'),
  ethHyperliquid('funding ac 8 h', [0.25, 0.85], '0.61'),
  ethBybit('funding mean APR %', [-3, 16], '9.0'),
  ethBybit('funding negative %', [0, 50], '10.2'),
  btcPair('difference mean bps/8 h', [-0.4, 2], '0.81'),
  btcPair('difference sd bps/8 h', [1.1, 2], '1.51'),
  btcPair('difference p95 bps/8 h', [2.4, 5], '3.5'),
  btcPair('difference max bps/8 h', [4.5, 10], '6.8 (p99)'),
  btcPair('difference ac 8 h', [0.4, 0.88], '0.67'),
  btcPair('basis between venues sd bps', [1.2, 5], '1.5-3.1'),
  ethPair('difference mean bps/8 h', [-0.5, 2], '0.54'),
  ethPair('difference sd bps/8 h', [0.8, 2], '1.35'),
  ethPair('difference ac 8 h', [0.3, 0.88], '0.67'),
  band('BTC and ETH')('hourly correlation', [0.75, 0.92], '0.8-0.9'),
];
