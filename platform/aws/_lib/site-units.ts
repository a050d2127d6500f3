/**
 * What a certificate of the sites' authority says of its holder (the unit, OU), by what it may become in AWS. Vault
 * signs by a role of the unit's name and AWS's roles ask for it; whose it is, the common name says: the site.
 */
export const siteUnits = { node: 'site', 'external-secrets': 'external-secrets' } as const
