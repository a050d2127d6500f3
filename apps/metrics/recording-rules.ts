import { duration, type Level, objectives, rate1m, ratio, requests, windows } from './objectives.ts'

/** How a level sums up: a site keeps the labels that sites are told apart by. */
const levels = { site: ' by (cluster, wave)', fleet: '' } as const satisfies Record<Level, string>

/** Rules that keep dashboards and alerts cheap: what they ask for is computed once, over sites and over the fleet. */
export function recordingRules(): string {
  const groups = [
    {
      name: 'requests',
      rules: [
        {
          record: 'site_code:meridian_requests:rate5m',
          expr: `sum by (cluster, wave, code) (rate(${requests}[5m]))`,
        },
        ...quantiles.flatMap((quantile) => [
          {
            record: 'site:meridian_request_duration_seconds:quantile5m',
            labels: { quantile: String(quantile) },
            expr: `histogram_quantile(${quantile}, sum by (cluster, wave, le) (rate(${duration}_bucket[5m])))`,
          },
          {
            record: 'fleet:meridian_request_duration_seconds:quantile5m',
            labels: { quantile: String(quantile) },
            expr: `histogram_quantile(${quantile}, sum by (le) (rate(${duration}_bucket[5m])))`,
          },
        ]),
      ],
    },
    ...objectives.flatMap(({ id, bad, all }) =>
      (['site', 'fleet'] as const).map((level) => ({
        name: `${id}-${level}`,
        rules: [
          { record: rate1m(id, level, 'all'), expr: all(levels[level]) },
          {
            record: rate1m(id, level, 'bad'),
            // Who never failed has no series of failures.
            expr: `(${bad(levels[level])}) or 0 * ${all(levels[level])}`,
          },
          ...windows.map((window) => ({
            record: ratio(id, level, window),
            expr: ratioOver(window, rate1m(id, level, 'bad'), rate1m(id, level, 'all')),
          })),
        ],
      })),
    ),
  ]
  return `${JSON.stringify({ groups }, null, 2)}\n`
}

/** SPEC, Figures: P50, P95, P99, P99.9. */
const quantiles = [0.5, 0.95, 0.99, 0.999] as const

/** Windows over the recorded rates: days of every gateway's own counters would be read every few seconds. */
function ratioOver(window: string, bad: string, all: string): string {
  return `avg_over_time(${bad}[${window}]) / avg_over_time(${all}[${window}])`
}
