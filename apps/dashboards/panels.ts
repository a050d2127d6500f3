/** What a panel shows; two of a kind stand side by side. */
export interface Panel {
  readonly title: string
  /** A figure now, or its course. @default course */
  readonly as?: 'figure' | 'course' | 'table'
  /** Grafana's unit id: `reqps`, `percentunit`, `s`, `short`. */
  readonly unit: string
  /** PromQL, by the legend of what it gives. */
  readonly series: Readonly<Record<string, string>>
  /** From which value on it is red. */
  readonly red?: number
  /** Red is below that value. @default false */
  readonly redBelow?: boolean
}

const kinds = { figure: 'stat', course: 'timeseries', table: 'table' } as const
const sizes = { figure: { w: 6, h: 4 }, course: { w: 12, h: 8 }, table: { w: 12, h: 8 } } as const
const columns = 24

/** A dashboard as Grafana reads it from a file: panels left to right, row by row, in the order in which they are given. */
export function dashboard(uid: string, title: string, panels: readonly Panel[]) {
  let x = 0
  let y = 0
  let rowHeight = 0
  return {
    uid,
    title,
    tags: ['meridian'],
    schemaVersion: 41,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'utc',
    editable: false,
    panels: panels.map((panel, index) => {
      const { w, h } = sizes[panel.as ?? 'course']
      if (x + w > columns) {
        x = 0
        y += rowHeight
        rowHeight = 0
      }
      const gridPos = { x, y, w, h }
      x += w
      rowHeight = Math.max(rowHeight, h)
      return { id: index + 1, gridPos, ...render(panel) }
    }),
  }
}

function render({ title, as = 'course', unit, series, red, redBelow = false }: Panel) {
  const steps =
    red === undefined
      ? [{ color: 'green', value: null }]
      : [
          { color: redBelow ? 'red' : 'green', value: null },
          { color: redBelow ? 'green' : 'red', value: red },
        ]
  const datasource = { type: 'prometheus', uid: 'metrics' }
  return {
    type: kinds[as],
    title,
    datasource,
    fieldConfig: { defaults: { unit, thresholds: { mode: 'absolute', steps } }, overrides: [] },
    targets: Object.entries(series).map(([legendFormat, expr], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr,
      legendFormat,
      instant: as !== 'course',
      ...(as === 'table' ? { format: 'table' } : {}),
    })),
  }
}
