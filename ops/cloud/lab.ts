import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installAws, missingForAws } from '../engines/aws.ts'
import { startGuardian } from '../lab/guardian.ts'
import { freePorts } from '../lab/ports.ts'
import { service } from '../lab/service.ts'
import { type Clients, openClients } from './clients.ts'

/** AWS on this machine, for tests: moto, and DynamoDB Local where it can run. */
export interface CloudLab {
  /** moto: metadata of every service, no data plane behind it. */
  readonly endpoint: string
  /** DynamoDB Local: each region is a database of its own, nothing replicates between them. */
  readonly dynamoDb: string | undefined
  /** DynamoDB Local with one database for all regions: as if replication took no time. */
  readonly replicated: string | undefined
  /** Clients of moto; tables in moto too, unless said otherwise. */
  open(dynamoDb?: string): Clients
  /** Forgets everything that moto was told. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** What tests say, and skip, where there can be no such lab; undefined where there can. */
export function whyNoCloudLab(): string | undefined {
  const { moto } = missingForAws()
  return moto.length === 0 ? undefined : `no ${moto.join(', ')} here; sudo apt-get install python3-venv`
}

/** The same of DynamoDB Local alone. */
export function whyNoDynamoDb(): string | undefined {
  const { dynamoDb } = missingForAws()
  return dynamoDb.length === 0
    ? undefined
    : `no ${dynamoDb.join(', ')} here; sudo apt-get install default-jre-headless maven`
}

/** moto takes any key; DynamoDB Local keeps a database for each. Both check that there is one. */
const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }

/**
 * Starts it; everything dies with this process.
 * @param withDynamoDb starts DynamoDB Local too, where it can run
 */
export async function openCloudLab(withDynamoDb = false): Promise<CloudLab> {
  const engines = await installAws(withDynamoDb)
  const folder = mkdtempSync(join(tmpdir(), 'meridian-cloud-'))
  const guardian = startGuardian(folder)
  const [motoPort = 0, apartPort = 0, sharedPort = 0] = await freePorts(3)
  Object.assign(process.env, credentials)
  const at = (port: number) => `http://127.0.0.1:${port}`
  const start = async (name: string, binary: string, port: number, args: readonly string[]) => {
    const env = { PATH: process.env.PATH ?? '', HOME: folder, TMPDIR: folder, MOTO_ACM_VALIDATION_WAIT: '0' }
    const ready = async () => (await fetch(at(port))).status > 0
    const one = service({ name, binary, args, env, log: join(folder, `${name}.log`), ready }, guardian)
    await one.start()
    return one
  }
  const java = (name: string, port: number, ...more: string[]) =>
    engines.dynamoDb === undefined
      ? undefined
      : start(name, 'java', port, [
          `-Djava.library.path=${engines.dynamoDb}`,
          ...['-cp', `${engines.dynamoDb}/*`, 'software.amazon.dynamodb.services.local.main.ServerRunner'],
          ...['-inMemory', '-disableTelemetry', '-port', String(port), ...more],
        ])
  const running = await Promise.all([
    start('moto', engines.python, motoPort, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(motoPort)]),
    java('dynamodb', apartPort),
    java('dynamodb-shared', sharedPort, '-sharedDb'),
  ])
  const opened: Clients[] = []
  const local = (port: number) => (engines.dynamoDb === undefined ? undefined : at(port))
  return {
    endpoint: at(motoPort),
    dynamoDb: local(apartPort),
    replicated: local(sharedPort),
    open(dynamoDb = at(motoPort)) {
      const clients = openClients({ all: at(motoPort), dynamoDb })
      opened.push(clients)
      return clients
    },
    async reset() {
      await fetch(`${at(motoPort)}/moto-api/reset`, { method: 'POST' })
    },
    async close() {
      for (const clients of opened) clients.close()
      await Promise.all(running.map((one) => one?.stop()))
      await guardian.end()
    },
  }
}
