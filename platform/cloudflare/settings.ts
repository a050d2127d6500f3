/** What is set for the whole zone, by Cloudflare's id of it; the rest stays as Cloudflare has it. */
export const zoneSettings: Readonly<Record<string, string | number | object>> = {
  // Towards users. With TLS 1.3 they get X25519MLKEM768 where they have it.
  min_tls_version: '1.3',
  tls_1_3: 'on',
  // What is sent before the handshake ends can be replayed.
  '0rtt': 'off',
  always_use_https: 'on',
  opportunistic_encryption: 'off',
  opportunistic_onion: 'off',
  security_header: {
    strictTransportSecurity: {
      enabled: true,
      maxAge: 2 * 365 * 86_400,
      includeSubdomains: true,
      preload: true,
      nosniff: true,
    },
  },
  http3: 'on',
  websockets: 'on',
  // Towards the regions: their certificates are checked, and their names.
  ssl: 'strict',
  origin_max_http_version: '2',
  // The Worker tells continents and countries apart.
  ip_geolocation: 'on',
  // It refuses who is no browser: programs and devices ask us, too. Who is refused stands in firewall.ts.
  browser_check: 'off',
  // Pages are changed by the Worker alone.
  automatic_https_rewrites: 'off',
  email_obfuscation: 'off',
  rocket_loader: 'off',
  // A page that the regions no longer vouch for is not served from an archive.
  always_online: 'off',
}
