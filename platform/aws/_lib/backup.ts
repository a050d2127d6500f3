/** The tag of what AWS Backup takes each night: on databases, tables and file systems that hold data. */
export const backedUp = { backup: 'daily' } as const
