/** After how many days an index goes on, counted from when it was last written to. */
export const phases = { warm: 7, cold: 30, traces: 14 } as const

/** How long a snapshot is kept, in days (SPEC: Disaster recovery). */
export const snapshotDays = 30

export interface LifecycleProps {
  readonly retentionDays: number
  /** Of the backups' bucket. */
  readonly region: string
}

/**
 * What the keeper asks of Elasticsearch, by the path that it is put to. Hot: written to, a copy on a second node.
 * Warm: a week later, merged into one segment. Cold: a month later no copy, since a snapshot has it. Then deleted,
 * and only if a snapshot has it.
 *
 * @see https://www.elastic.co/guide/en/elasticsearch/reference/8.19/index-lifecycle-management.html
 */
export function lifecycle({ retentionDays, region }: LifecycleProps): Readonly<Record<string, object>> {
  return {
    '_snapshot/backups': {
      type: 's3',
      // The bucket's own key encrypts: nothing said here means its default (platform/aws/core/buckets.ts).
      settings: { bucket: `meridian-backups-${region}`, base_path: 'elasticsearch' },
    },
    '_slm/policy/nightly': {
      schedule: '0 30 1 * * ?',
      name: '<nightly-{now/d}>',
      repository: 'backups',
      config: { indices: ['logs-*', 'jaeger-*', '.kibana*'], include_global_state: true },
      retention: { expire_after: `${snapshotDays}d`, min_count: 7, max_count: 60 },
    },
    '_ilm/policy/logs-kept': {
      policy: {
        phases: {
          hot: {
            actions: {
              rollover: { max_age: '1d', max_primary_shard_size: '50gb' },
              set_priority: { priority: 100 },
            },
          },
          warm: {
            min_age: `${phases.warm}d`,
            actions: { readonly: {}, forcemerge: { max_num_segments: 1 }, set_priority: { priority: 50 } },
          },
          cold: {
            min_age: `${phases.cold}d`,
            actions: { allocate: { number_of_replicas: 0 }, set_priority: { priority: 0 } },
          },
          delete: {
            min_age: `${retentionDays}d`,
            actions: { wait_for_snapshot: { policy: 'nightly' }, delete: {} },
          },
        },
      },
    },
    '_ilm/policy/traces-kept': {
      policy: { phases: { delete: { min_age: `${phases.traces}d`, actions: { delete: {} } } } },
    },
    '_index_template/logs-meridian': {
      index_patterns: ['logs-meridian-*'],
      data_stream: {},
      priority: 500,
      template: {
        settings: {
          'index.lifecycle.name': 'logs-kept',
          'index.number_of_shards': 3,
          'index.number_of_replicas': 1,
          'index.codec': 'best_compression',
          'index.refresh_interval': '10s',
          // A program that logs ever new fields must not fill the mapping.
          'index.mapping.total_fields.limit': 2000,
          'index.mapping.total_fields.ignore_dynamic_beyond_limit': true,
        },
        mappings: {
          dynamic_templates: [
            { strings: { match_mapping_type: 'string', mapping: { type: 'keyword', ignore_above: 1024 } } },
          ],
          properties: {
            '@timestamp': { type: 'date' },
            message: { type: 'match_only_text' },
            cluster: { type: 'keyword' },
            node: { type: 'keyword' },
          },
        },
      },
    },
    '_security/role/writer': {
      cluster: ['monitor'],
      indices: [{ names: ['logs-meridian-*'], privileges: ['auto_configure', 'create_doc'] }],
    },
    '_security/role/jaeger': {
      cluster: ['monitor', 'manage_index_templates'],
      indices: [
        { names: ['jaeger-*'], privileges: ['create_index', 'read', 'write', 'view_index_metadata'] },
      ],
    },
    '_security/role/exporter': {
      cluster: ['monitor', 'read_slm'],
      indices: [{ names: ['*'], privileges: ['monitor'], allow_restricted_indices: true }],
    },
  }
}

/** Indices that others make, a day each, come under the policy by this. */
export const traceSettings = { 'index.lifecycle.name': 'traces-kept' } as const

/** Users of ours and their role of the same name; `kibana_system` is Elasticsearch's own. */
export const users = ['writer', 'jaeger', 'exporter'] as const
