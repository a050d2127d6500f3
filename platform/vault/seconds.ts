/** How long things are, in seconds: what Vault counts in. */
export const day = 24 * 60 * 60
export const year = 365 * day
