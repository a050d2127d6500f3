export interface Place {
  readonly lat: number
  readonly lon: number
}

/** Great-circle distance (haversine) in units of the Earth's diameter. */
export function distance(a: Place, b: Place): number {
  const radians = Math.PI / 180
  const half = (from: number, to: number) => Math.sin(((to - from) * radians) / 2) ** 2
  const across = Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * half(a.lon, b.lon)
  return Math.asin(Math.sqrt(half(a.lat, b.lat) + across))
}
