import * as pulumi from '@pulumi/pulumi'

/** A line of a chart. Dimensions in the order in which CloudWatch names them. */
export interface Line {
  readonly label: string
  readonly namespace: string
  readonly metric: string
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>
  readonly stat: string
  /** @default the chart's */
  readonly region?: string
}

export interface Chart {
  readonly title: string
  readonly region: string
  readonly lines: readonly Line[]
  /** A line across, at what is promised. */
  readonly limit?: { readonly label: string; readonly value: number }
}

const width = 8
const height = 6
const columns = 24 / width

/**
 * The body of a dashboard: charts from left to right, three in a row.
 * Source: CloudWatch, dashboard body structure and syntax.
 */
export function dashboardBody(charts: readonly Chart[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    start: '-PT24H',
    widgets: charts.map(({ title, region, lines, limit }, index) => ({
      type: 'metric',
      x: (index % columns) * width,
      y: Math.floor(index / columns) * height,
      width,
      height,
      properties: {
        title,
        region,
        view: 'timeSeries',
        period: 300,
        metrics: lines.map((line) => [
          line.namespace,
          line.metric,
          ...Object.entries(line.dimensions).flat(),
          { label: line.label, stat: line.stat, region: line.region ?? region },
        ]),
        ...(limit ? { annotations: { horizontal: [limit] } } : {}),
      },
    })),
  })
}
