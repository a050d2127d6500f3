import { z } from 'zod'

const Port = z.int().min(1).max(65535)
const Path = z.string().startsWith('/')

/** `gateway.json`: what the gateway is told by git. */
export const GatewayConfig = z.strictObject({
  /** HTTPS for the public: HTTP/1.1 and HTTP/2 over TCP, HTTP/3 over UDP. */
  port: Port,
  /** The port that clients see, for `Alt-Svc`. */
  publicPort: Port,
  /** Probes and metrics in plain HTTP, inside the pod's network policy. */
  adminPort: Port,
  logLevel: z.enum(['debug', 'info', 'warn', 'error']),
  tls: z.strictObject({
    /** The certificate that browsers trust, for every public host. Files are read again when they change. */
    certificate: Path,
    key: Path,
    minVersion: z.literal('1.3'),
  }),
  /** Hosts that are answered; every other one gets 421. */
  hosts: z.array(z.hostname()).min(1),
  /** The longest path of a host wins. A route that is not public needs a valid token. */
  routes: z.array(
    z.strictObject({ id: z.string().min(1), host: z.hostname(), path: Path, public: z.boolean() }),
  ),
  jwt: z.strictObject({
    issuer: z.url(),
    audience: z.string().min(1),
    /** The issuer's keys (RFC 7517). Its host is one of our routes: they are fetched through the router. */
    keysUrl: z.url(),
    refreshSeconds: z.int().positive(),
  }),
  /** OWASP Core Rule Set. */
  waf: z.strictObject({
    mode: z.enum(['off', 'detect', 'block']),
    /** 1: few false alarms, 4: paranoid. */
    paranoiaLevel: z.int().min(1).max(4),
    /** Anomaly score from which a request is refused (CRS default: 5). */
    inboundThreshold: z.int().positive(),
    outboundThreshold: z.int().positive(),
  }),
  limits: z.strictObject({
    /** Per client address (IPv6: per /64). */
    requestsPerSecond: z.int().positive(),
    burst: z.int().positive(),
    connectionsPerAddress: z.int().positive(),
    maxHeaderBytes: z.int().positive(),
    maxBodyBytes: z.int().positive(),
    headerTimeoutMs: z.int().positive(),
    idleTimeoutMs: z.int().positive(),
  }),
  /** ISO 3166-1 alpha-2 codes of countries that are refused. */
  blockedCountries: z.array(z.string().regex(/^[A-Z]{2}$/)),
  /** Where accepted requests go, over mutual TLS. */
  router: z.strictObject({ url: z.url(), spiffePath: z.string() }),
  /** OTLP over gRPC. */
  traces: z.strictObject({ url: z.url(), spiffePath: z.string(), sampleRatio: z.number().min(0).max(1) }),
})

export type GatewayConfig = z.infer<typeof GatewayConfig>
